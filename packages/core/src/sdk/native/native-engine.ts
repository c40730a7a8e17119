import type { AgentFSCLI } from "../../agentfs-cli/agentfs-cli.ts";
import type { SyncConfig } from "../../config/sync-config.ts";
import type { SyncEngine } from "../engine.ts";

export function nativeEngine(_config: SyncConfig, _cli: AgentFSCLI): SyncEngine {
  throw new Error("not yet");
}
