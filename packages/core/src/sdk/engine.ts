import type { Checkpointed, DiffReport } from "../report/types.ts";
import type { Progress } from "../sync/context.ts";
import type { Traffic } from "./child/messages.ts";
import type { Pulled, Pushed, Synced, SyncStats, Verified } from "./results.ts";

/** How one operation is watched and stopped. */
export interface EngineIo {
  readonly signal: AbortSignal | undefined;
  readonly onProgress: (progress: Progress) => void;
  readonly onLine: (line: string, isNotable: boolean) => void;
  readonly onTraffic: (traffic: Traffic) => void;
}

/** What a `SyncManager` works with: one implementation an engine. */
export interface SyncEngine {
  pull(io: EngineIo): Promise<Pulled>;
  push(io: EngineIo): Promise<Pushed>;
  sync(io: EngineIo): Promise<Synced>;
  checkpoint(io: EngineIo): Promise<Checkpointed>;
  stats(io: EngineIo, asksRemote: boolean): Promise<Omit<SyncStats, "bytesSent" | "bytesReceived">>;
  diff(io: EngineIo): Promise<DiffReport>;
  verify(io: EngineIo, asksRemote: boolean): Promise<Verified>;
}
