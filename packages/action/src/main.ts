import { resolve } from "node:path";
import { failedReport } from "@agentfs-sync/core";
import { openCache } from "./cache/session.ts";
import { claimAgents, releaseAgents } from "./claim.ts";
import { configure } from "./configure.ts";
import { readEvent } from "./event.ts";
import { readInputs } from "./inputs.ts";
import { installAgentfs } from "./install/install-agentfs.ts";
import { NO_OUTPUTS, pullOutputs, writeOutputs } from "./outputs.ts";
import { pullAgents } from "./pull-agents.ts";
import { save } from "./state.ts";
import { runStep, type StepContext } from "./step.ts";
import { renderSummary, writeSummary } from "./summary.ts";
import { fingerprint } from "./token.ts";
import { decideTrust } from "./trust.ts";

/** The main step: pulls the agents and leaves word of it to the post step. Every output is set, whatever happens. */
export function main(env: NodeJS.ProcessEnv = process.env): Promise<void> {
  return runStep(
    {
      run: pull,
      onError: (error) => {
        save({ phase: "failed" });
        writeOutputs(pullOutputs(failedReport("pull", error)));
      },
    },
    env,
  );
}

async function pull({ env, secrets, say }: StepContext): Promise<void> {
  writeOutputs(NO_OUTPUTS);
  save({ phase: "started" });
  const inputs = readInputs(env);
  const { agentfs } = inputs;
  if (agentfs !== null) await say.group(`Installing agentfs ${agentfs.version}`, () => installAgentfs(agentfs, env, say));
  const { authToken, cacheSecret } = secrets;
  const { trustClass: trust, why } = decideTrust(await readEvent(env), { authToken, ...inputs });
  say.info(why);
  if (trust === "none") return save({ phase: "skipped", why });

  const directory = resolve(env.GITHUB_WORKSPACE ?? ".", inputs.directory);
  const config = configure({ ...inputs, directory, trust }, authToken, env);
  await claimAgents(config, env);
  const cache = openCache({ env, config, say }, { secret: cacheSecret, isWanted: inputs.cache });
  const { report: whole, pulled } = await say.group(`Pulling ${inputs.agents.join(", ")}`, () =>
    pullAgents(config, cache, say, inputs.onPullFailure),
  );

  const report = say.clean(whole);
  await releaseAgents(
    config,
    pulled.map(({ agent }) => agent),
    env,
  );
  const { remoteUrl, pushOn, failOn, conflict, adopt, allow, timeoutSeconds, concurrency, summary } = inputs;
  save(
    pulled.length === 0
      ? { phase: "failed" }
      : {
          phase: "ready",
          agents: [...pulled],
          ...{ remoteUrl, directory, pushOn, failOn, conflict, adopt, allow: [...allow], timeoutSeconds, concurrency, summary },
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
