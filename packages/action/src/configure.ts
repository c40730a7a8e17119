import { resolve } from "node:path";
import { parseConfig, type RunConfig } from "@agentfs-sync/core";
import type { ActionInputs } from "./inputs.ts";
import { readProvenance } from "./provenance.ts";

/** What of the inputs, or of what main saved of them, makes the configuration. */
type Settings = Pick<
  ActionInputs,
  "remoteUrl" | "directory" | "conflict" | "adopt" | "allow" | "timeoutSeconds" | "undoLimitMb" | "concurrency" | "engine"
> &
  Partial<Pick<ActionInputs, "onUnpushed">> & {
    /** Whether the report is to say each thing that was changed. */
    readonly reportsChanges?: boolean;
    readonly agents: readonly string[];
    readonly trust: RunConfig["trust"];
  };

/** The folder is meant from the workspace as this step sees it: another path than that of another step, in a container. @throws SyncError `config-invalid` */
export function configure(settings: Settings, authToken: string | null, env: NodeJS.ProcessEnv): RunConfig {
  const directory = resolve(env["GITHUB_WORKSPACE"] || ".", settings.directory);
  const {
    agents,
    remoteUrl,
    conflict,
    adopt,
    allow,
    timeoutSeconds,
    undoLimitMb,
    concurrency,
    onUnpushed,
    engine,
    trust,
    reportsChanges,
  } = settings;
  return parseConfig({
    agents,
    remoteUrl,
    directory,
    conflict,
    adopt,
    allow,
    timeoutSeconds,
    undoLimitMb,
    concurrency,
    onUnpushed,
    engine,
    agentfsProgram: env["AGENTFS_BINARY"],
    trust,
    reportsChanges,
    authToken: authToken ?? undefined,
    provenance: readProvenance(env),
  });
}
