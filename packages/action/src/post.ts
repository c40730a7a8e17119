import { parseConfig, runSync, SyncError } from "@agentfs-sync/core";
import { decidePush } from "./decision.ts";
import { readInputs } from "./inputs.ts";
import { NO_OUTPUTS, pushOutputs, writeOutputs } from "./outputs.ts";
import { readProvenance } from "./provenance.ts";
import { load } from "./state.ts";
import { runStep, type StepContext } from "./step.ts";
import { renderSummary, writeSummary } from "./summary.ts";
import { fingerprint } from "./token.ts";

/** The post step: pushes what the job changed, if the main step got so far and `push-on` wants it. */
export function post(env: NodeJS.ProcessEnv = process.env): Promise<void> {
  return runStep({ run: push, onError: () => writeOutputs({ pushed: NO_OUTPUTS.pushed }) }, env);
}

async function push({ env, authToken, say }: StepContext): Promise<void> {
  const decision = decidePush(load(), readInputs(env));
  if (!decision.push) return say.info(decision.why);

  const { state } = decision;
  if (fingerprint(authToken) !== state.tokenFingerprint) throw otherToken(authToken);
  const config = parseConfig({
    agents: state.agents.map(({ agent }) => agent),
    remoteUrl: state.remoteUrl,
    directory: state.directory,
    authToken: authToken ?? undefined,
    conflict: state.conflict,
    trust: state.trust,
    provenance: readProvenance(env),
  });
  const report = await runSync("push", config, say);
  writeOutputs(pushOutputs(report));
  await writeSummary(renderSummary(state.agents, report), env);
  say.tell(report);
}

function otherToken(authToken: string | null): SyncError {
  const now = authToken === null ? "has no token" : "has another token";
  return new SyncError("config-invalid", `The post step ${now} than the main step had, so nothing was pushed.`, {
    hint: "Inside a composite action GitHub may hand a post step the inputs of another action: use agentfs-sync in the workflow itself.",
  });
}
