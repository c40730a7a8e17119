export { AgentFSCLI, type AgentFSCLIOptions, type CallOptions, type InitOptions } from "./agentfs-cli/agentfs-cli.ts";
export type { CommandEnd, CommandRequest, CommandResult, CommandRunner } from "./agentfs-cli/command.ts";
export type { NativeStats } from "./agentfs-cli/native-stats.ts";
export type { DirectoryEntry, TimelineCall } from "./agentfs-cli/output.ts";
export { publishCached } from "./cache/publish-cached.ts";
export { openBase, type SealedBaseOptions, sealBase } from "./cache/sealed-base.ts";
export { openUndo, sealUndo } from "./cache/sealed-undo.ts";
export { nowMs } from "./clock.ts";
export { AGENT_ID, type ConfigInput, parseConfig } from "./config/parse.ts";
export { isLocalRemote, isLoopback } from "./config/remote-url.ts";
export type { PartialOptions, SyncConfig, SyncConfigInput } from "./config/sync-config.ts";
export { parseSyncConfig } from "./config/sync-config.ts";
export {
  type AgentTarget,
  ALLOWABLE_GUARDS,
  CONFLICT_POLICIES,
  ENGINES,
  type Engine,
  ON_UNPUSHED,
  type Provenance,
  type RunConfig,
  type TrustClass,
} from "./config/types.ts";
export { type Check, checker } from "./doctor/check.ts";
export { checkFolder } from "./doctor/check-folder.ts";
export { checkKept } from "./doctor/check-kept.ts";
export { checkRemote, type RemoteCheckOptions } from "./doctor/check-remote.ts";
export { ERRORS, type ErrorCode, type ErrorPlace, type ExitCode, type Operation, SyncError, toSyncError } from "./errors.ts";
export { type LogRequest, runLog } from "./history/run-log.ts";
export { agentPaths } from "./replica/paths.ts";
export { buildReport, failedAgent, failedReport, worstExitCode } from "./report/build.ts";
export { type ReportFacts, reportFacts } from "./report/facts.ts";
export { renderHtml } from "./report/html/page.ts";
export { agentLines } from "./report/lines.ts";
export { readReport } from "./report/read-report.ts";
export { redactReport } from "./report/redact-report.ts";
export { sizeText } from "./report/size.ts";
export { SKIPPED_PUSH } from "./report/skipped.ts";
export { renderMarkdown, renderSummary } from "./report/summary.ts";
export type * from "./report/types.ts";
export { showUnseen } from "./report/unseen.ts";
export { withoutContents } from "./report/without-contents.ts";
export { type RescueRequest, runRescue } from "./rescue/run-rescue.ts";
export { type AutoSyncDone, type AutoSyncInput, type AutoSyncSession, autoSync } from "./sdk/auto-sync.ts";
export type * from "./sdk/results.ts";
export { type OperationOptions, type ProgressEvent, SyncManager, type SyncManagerOptions } from "./sdk/sync-manager.ts";
export { makeRedactor } from "./secrets/redact.ts";
export { makeStreamRedactor } from "./secrets/redact-stream.ts";
export { openSealed, type SealOptions, sealFile } from "./secrets/seal.ts";
export type { Progress } from "./sync/context.ts";
export { runSync, type SyncIo } from "./sync/run-sync.ts";
export { listUndo, type UndoFile } from "./undo/folder.ts";
export { type RevertRequest, runRevert } from "./undo/run-revert.ts";
