import { closeSync, openSync, writeSync } from "node:fs";
import { transcript } from "../transcripts.ts";
import { existing, isReplica, type Replica, withAgent, withReplica } from "./replica.ts";
import { Ended } from "./says.ts";

const OPERATIONS: Readonly<Record<string, (replica: Replica, path: string) => Promise<void>>> = {
  pull: async (replica, path) => {
    await replica.pull();
    // The real one leaves one also if nothing came.
    closeSync(openSync(`${path}-wal-revert`, "a"));
    writeSync(2, "Remote data pulled to local db successfully\n");
  },
  push: async (replica) => {
    await replica.push();
    writeSync(2, "Local data pushed to remote db successfully\n");
  },
  checkpoint: async (replica) => {
    await replica.checkpoint();
    writeSync(2, "Local db checkpointed successfully\n");
  },
  stats: async (replica) => void writeSync(1, JSON.stringify(await statsOf(replica))),
};

/** `agentfs sync <id> pull|push|checkpoint|stats` */
export async function sync([id, name, ...rest]: readonly string[]): Promise<void> {
  if (id === undefined) throw Ended.usage(transcript("no-args").stderr);
  // As its parser reads it, a known name in the first place is the id all the same.
  const operation = OPERATIONS[name ?? ""] ?? OPERATIONS[id];
  if (operation === undefined) throw unexpected(name ?? "", "<COMMAND>");
  if (OPERATIONS[name ?? ""] === undefined) throw unexpected(name ?? "", id);
  if (rest[0] !== undefined) throw unexpected(rest[0], name ?? "");
  const path = existing(id);
  writeSync(2, `Using agent: ${id}\n`);
  if (isReplica(path)) return withReplica(path, (replica) => operation(replica, path));
  await withAgent(path, async () => {
    throw Ended.failed("sync is not enabled for this database");
  });
}

function unexpected(argument: string, command: string): Ended {
  return Ended.usage(
    `error: unexpected argument '${argument}' found\n\nUsage: agentfs sync <ID_OR_PATH> ${command}\n\nFor more information, try '--help'.\n`,
  );
}

async function statsOf(replica: Replica) {
  const stats = await replica.stats();
  return {
    cdc_operations: stats.cdcOperations,
    main_wal_size: stats.mainWalSize,
    revert_wal_size: stats.revertWalSize,
    last_pull_unix_time: stats.lastPullUnixTime ?? null,
    // The real one has a time here from the start on.
    last_push_unix_time: stats.lastPushUnixTime ?? stats.lastPullUnixTime ?? null,
    revision: stats.revision ?? null,
    network_sent_bytes: stats.networkSentBytes,
    network_received_bytes: stats.networkReceivedBytes,
  };
}
