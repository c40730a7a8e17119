import type { AgentFSCLI } from "../../agentfs-cli/agentfs-cli.ts";
import { readReplicaInfo } from "../../agentfs-cli/replica-info.ts";
import type { SyncConfig, SyncConfigInput } from "../../config/sync-config.ts";
import { SyncError, toSyncError } from "../../errors.ts";
import { sizeOfFile } from "../../replica/sizes.ts";
import type { Progress } from "../../sync/context.ts";
import type { Task } from "../child/messages.ts";
import type { EngineIo, SyncEngine } from "../engine.ts";
import { isOpenHere } from "../open-here.ts";
import type { Pulled, Pushed, Synced } from "../results.ts";
import { requireArrived, unlessAway } from "./arrived.ts";
import type { CheckedReplica } from "./check-replica.ts";
import { nativeStats } from "./native-stats-result.ts";

/**
 * The native sync of the `agentfs` program, with a guard before each loss of its that can be seen. It merges nothing: only for one
 * writer at a time.
 * @param perform does a task that opens the database: in a process of its own where `agentfs-sdk` may be in this one
 */
export function nativeEngine(
  config: SyncConfig,
  cli: AgentFSCLI,
  perform: (task: Task, io: EngineIo) => Promise<unknown>,
): SyncEngine {
  const given = inputOf(config);
  const enter = (io: EngineIo, phase: Progress["phase"]) => io.onProgress({ phase, bytesDone: 0, bytesTotal: null });
  const check = (io: EngineIo, asksRemote = true) =>
    perform({ operation: "native-check", config, options: { asksRemote } }, io) as Promise<CheckedReplica | null>;
  const guarded = async (io: EngineIo): Promise<CheckedReplica | null> => {
    refuseOpenHere(config);
    enter(io, "comparing");
    return check(io);
  };
  const call = (io: EngineIo) => ({ ...given, signal: io.signal });

  async function pull(io: EngineIo): Promise<Pulled> {
    const before = await guarded(io);
    enter(io, "receiving");
    if (before === null) await cli.init(config.agent, withoutAgent(call(io)));
    else await cli.syncPull(call(io));
    enter(io, "verifying");
    const after = await check(io, false);
    const revision = after?.revision ?? null;
    return { outcome: before?.revision === revision ? "unchanged" : "pulled", revision, bytesReceived: null };
  }

  async function push(io: EngineIo): Promise<Pushed> {
    if (config.readOnly) return pushed("skipped");
    const before = await guarded(io);
    if (before === null)
      throw new SyncError("working-copy-missing", `There is no database ${config.databasePath}: nothing to push.`);
    if (before.unpushed === 0) return pushed("unchanged");
    enter(io, "sending");
    await cli.syncPush(call(io));
    enter(io, "verifying");
    // "ok" is not enough: it answers so also where nothing arrived.
    const after = await unlessAway(() => check(io));
    if (after === "away") return pushed("pushed-unverified");
    requireArrived(config, before, after);
    return pushed("pushed");
  }

  async function sync(io: EngineIo): Promise<Synced> {
    const done = await push(io);
    try {
      return { push: done, pull: await pull(io) };
    } catch (thrown) {
      const failed = toSyncError(thrown);
      throw new SyncError(failed.code, failed.message, {
        ...failed,
        details: { ...failed.details, push: done },
        cause: failed.cause,
      });
    }
  }

  return {
    pull,
    push,
    sync,
    checkpoint: async (io) => {
      refuseOpenHere(config);
      await check(io, false);
      const wal = `${config.databasePath}-wal`;
      const walBytesBefore = await sizeOfFile(wal);
      await cli.syncCheckpoint(call(io));
      return { walBytesBefore, walBytesAfter: await sizeOfFile(wal) };
    },
    stats: async (io) => {
      // To say its figures the program opens the replica as for any other work.
      refuseOpenHere(config);
      await check(io, false);
      return nativeStats(config, (await cli.syncStats(call(io))).stats);
    },
    diff: () => {
      throw new SyncError(
        "engine-unsupported",
        'Engine "agentfs" cannot say what a push would carry, only how many rows: see `stats`.',
        {
          hint: 'Use engine "http" for it.',
        },
      );
    },
    verify: async (io, asksRemote) => {
      const remoteUrl = config.remoteUrl ?? (await readReplicaInfo(config.databasePath))?.remoteUrl ?? null;
      return perform({ operation: "verify", config: { ...config, remoteUrl }, options: { asksRemote } }, io) as ReturnType<
        SyncEngine["verify"]
      >;
    },
  };
}

/** The program would write into a file that agentfs-sdk here believes to be as it left it. */
function refuseOpenHere({ databasePath }: SyncConfig): void {
  if (!isOpenHere(databasePath)) return;
  throw new SyncError("working-copy-busy", `This process has ${databasePath} open; \`agentfs\` was not started.`, {
    hint: "Write with `agentfs` itself, which the native sync needs anyway; or use engine `http`.",
  });
}

function pushed(outcome: Pushed["outcome"]): Pushed {
  return { outcome, changes: null, conflicts: [], pushId: null, sequence: null, bytesSent: null };
}

function inputOf({ idOrPath, directory, remoteUrl, authToken, timeoutMs, partial }: SyncConfig): SyncConfigInput {
  return {
    idOrPath,
    directory,
    remoteUrl: remoteUrl ?? undefined,
    authToken: authToken ?? "",
    timeoutMs,
    partialPrefetch: partial?.prefetch ?? undefined,
    partialSegmentSize: partial?.segmentSizeBytes ?? undefined,
    partialBootstrapLength: partial?.bootstrapLengthBytes ?? undefined,
    partialBootstrapQuery: partial?.bootstrapQuery ?? undefined,
  };
}

function withoutAgent<T extends SyncConfigInput>({ idOrPath: _, ...rest }: T): Omit<T, "idOrPath"> {
  return rest;
}
