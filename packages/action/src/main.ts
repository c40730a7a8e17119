import { failedReport, renderSummary } from "@agentfs-sync/core";
import { openCache } from "./cache/session.ts";
import { claimAgents } from "./claim.ts";
import { configure } from "./configure.ts";
import { readEvent } from "./event.ts";
import { readInputs } from "./inputs.ts";
import { installAgentfs } from "./install/install-agentfs.ts";
import { NO_OUTPUTS, pullOutputs, writeOutputs } from "./outputs.ts";
import { pullAgents } from "./pull-agents.ts";
import { exportRescues } from "./rescue-files.ts";
import { type SavedState, save } from "./state.ts";
import { runStep, type StepContext } from "./step.ts";
import { writeSummary } from "./summary.ts";
import { fingerprint } from "./token.ts";
import { decideTrust } from "./trust.ts";

/** The main step: pulls the agents and leaves word of it to the post step. Every output is set, whatever happens. */
export function main(env: NodeJS.ProcessEnv = process.env): Promise<void> {
  let last: SavedState = { phase: "started", unpulled: [], directory: "." };
  const leave = (state: SavedState) => {
    last = state;
    save(state);
  };
  return runStep(
    {
      run: (context) => pull(context, leave),
      onError: (error) => {
        // What was pulled is pulled, and may be pushed, also if word of it could not be given.
        if (last.phase === "started") leave({ ...last, phase: "failed" });
        writeOutputs(pullOutputs(failedReport("pull", error)));
      },
    },
    env,
  );
}

async function pull({ env, secrets, say }: StepContext, leave: (state: SavedState) => void): Promise<void> {
  const startedAtMs = Date.now();
  writeOutputs(NO_OUTPUTS);
  leave({ phase: "started", unpulled: [], directory: "." });
  const inputs = readInputs(env);
  const { agents, directory } = inputs;
  leave({ phase: "started", unpulled: [...agents], directory });
  const { agentfs } = inputs;
  if (agentfs !== null) await say.group(`Installing agentfs ${agentfs.version}`, () => installAgentfs(agentfs, env, say));
  const { authToken, cacheSecret } = secrets;
  const { trustClass: trust, why } = decideTrust(await readEvent(env), { authToken, ...inputs });
  say.info(why);
  if (trust === "none") return leave({ phase: "skipped", why });

  const config = configure({ ...inputs, trust }, authToken, env);
  await using claim = await claimAgents(config, env);
  await using cache = openCache({ env, config, say }, { secret: cacheSecret, isWanted: inputs.cache });
  const { report: found, pulled } = await say.group(`Pulling ${inputs.agents.join(", ")}`, () =>
    pullAgents(config, cache, say, inputs),
  );
  claim.keep(pulled.map(({ agent }) => agent));

  const { report: whole } = await exportRescues(config, found, say, env);
  const report = say.clean(whole);
  const unpulled = config.agents.flatMap(({ agent }) => (pulled.some((one) => one.agent === agent) ? [] : [agent]));
  const {
    remoteUrl,
    engine,
    pushOn,
    failOn,
    conflict,
    adopt,
    allow,
    timeoutSeconds,
    undoLimitMb,
    concurrency,
    summary,
    reportArtifact,
  } = inputs;
  leave(
    pulled.length === 0
      ? { phase: "failed", unpulled, directory }
      : {
          phase: "ready",
          agents: [...pulled],
          ...{ unpulled, directory, remoteUrl, engine, pushOn, failOn, conflict, adopt, allow: [...allow] },
          ...{ timeoutSeconds, undoLimitMb, startedAtMs, concurrency, summary, reportArtifact },
          cache: inputs.cache,
          trust,
          tokenFingerprint: fingerprint(authToken),
          cacheFingerprint: fingerprint(cacheSecret),
        },
  );
  writeOutputs(pullOutputs(report, pulled));
  if (summary && !report.ok) await writeSummary(renderSummary([], report), env);
  say.tell(report, failOn === "any" || failOn === "pull" ? "fail" : "warn");
}
