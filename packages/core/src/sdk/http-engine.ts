import type { SyncConfig } from "../config/sync-config.ts";
import type { TaskName, TaskOptions } from "./child/messages.ts";
import { runInChild } from "./child/run-in-child.ts";
import type { EngineIo, SyncEngine } from "./engine.ts";
import { isOpenHere } from "./open-here.ts";

/** The protocol of docs/protocol.md, each operation in a process of its own. */
export function httpEngine(config: SyncConfig): SyncEngine {
  const task =
    <T>(operation: TaskName, options: TaskOptions = {}) =>
    (io: EngineIo) =>
      runInChild({ operation, config, options: { ...options, isOpenHere: isOpenHere(config.databasePath) } }, io) as Promise<T>;
  return {
    pull: task("pull"),
    push: task("push"),
    sync: task("sync"),
    checkpoint: task("checkpoint"),
    diff: task("diff"),
    stats: (io, asksRemote) => task<Awaited<ReturnType<SyncEngine["stats"]>>>("stats", { asksRemote })(io),
    verify: (io, asksRemote) => task<Awaited<ReturnType<SyncEngine["verify"]>>>("verify", { asksRemote })(io),
  };
}
