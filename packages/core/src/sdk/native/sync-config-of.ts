import type { SyncConfig } from "../../config/sync-config.ts";
import type { AgentTarget, RunConfig } from "../../config/types.ts";
import { agentPaths } from "../../replica/paths.ts";

/** One agent of a command's configuration, as the native engine is told of it. */
export function syncConfigOf(config: RunConfig, { agent, remoteUrl }: AgentTarget): SyncConfig {
  const { directory, authToken, engine, conflict, onUnpushed, adopt, allow, timeoutMs, provenance } = config;
  return {
    ...{ agent, idOrPath: agent, directory, databasePath: agentPaths(directory, agent).workingCopy, remoteUrl, authToken },
    ...{ engine, conflict, onUnpushed, adopt, allow, timeoutMs, provenance },
    readOnly: config.trust !== "trusted",
    partial: null,
  };
}
