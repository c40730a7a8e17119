import { parseConfig, type RunConfig } from "@agentfs-sync/core";
import type { ActionInputs } from "./inputs.ts";
import { readProvenance } from "./provenance.ts";

/** What of the inputs, or of what main saved of them, makes the configuration. */
type Settings = Pick<
  ActionInputs,
  "remoteUrl" | "directory" | "conflict" | "adopt" | "allow" | "timeoutSeconds" | "concurrency"
> &
  Partial<Pick<ActionInputs, "onUnpushed" | "engine">> & {
    readonly agents: readonly string[];
    readonly trust: RunConfig["trust"];
  };

/** @throws SyncError `config-invalid`, `engine-unsupported` */
export function configure(settings: Settings, authToken: string | null, env: NodeJS.ProcessEnv): RunConfig {
  const { agents, remoteUrl, directory, conflict, adopt, allow, timeoutSeconds, concurrency, onUnpushed, engine, trust } =
    settings;
  return parseConfig({
    agents,
    remoteUrl,
    directory,
    conflict,
    adopt,
    allow,
    timeoutSeconds,
    concurrency,
    onUnpushed,
    engine,
    trust,
    authToken: authToken ?? undefined,
    provenance: readProvenance(env),
  });
}
