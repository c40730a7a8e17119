import { resolve } from "node:path";
import { failedReport, parseConfig, runSync } from "@agentfs-sync/core";
import { readEvent } from "./event.ts";
import { readInputs } from "./inputs.ts";
import { NO_OUTPUTS, pullOutputs, writeOutputs } from "./outputs.ts";
import { readProvenance } from "./provenance.ts";
import { pulledAgents, save } from "./state.ts";
import { runStep, type StepContext } from "./step.ts";
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

async function pull({ env, authToken, say }: StepContext): Promise<void> {
  writeOutputs(NO_OUTPUTS);
  save({ phase: "started" });
  const { agents, remoteUrl, pushOn, conflict, ...inputs } = readInputs(env);
  const { trustClass: trust, why } = decideTrust(await readEvent(env), { authToken, remoteUrl });
  say.info(why);
  if (trust === "none") return save({ phase: "skipped", why });

  const directory = resolve(env.GITHUB_WORKSPACE ?? ".", inputs.directory);
  const target = { agents, remoteUrl, directory };
  const provenance = readProvenance(env);
  const config = parseConfig({
    ...target,
    agents: [...agents],
    authToken: authToken ?? undefined,
    onUnpushed: "set-aside",
    trust,
    provenance,
  });
  const report = await runSync("pull", config, say);

  const pulled = pulledAgents(report);
  const tokenFingerprint = fingerprint(authToken);
  save(
    pulled.length === 0
      ? { phase: "failed" }
      : { phase: "ready", ...target, agents: pulled, pushOn, conflict, trust, tokenFingerprint },
  );
  writeOutputs(pullOutputs(report));
  say.tell(report);
}
