import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { factsOf, type RemoteFacts } from "../../agentfs/facts.ts";
import { type ReplicaInfo, readReplicaInfo, refuseOtherRemote } from "../../agentfs-cli/replica-info.ts";
import { resolveRemoteUrl } from "../../config/remote-url.ts";
import type { SyncConfig } from "../../config/sync-config.ts";
import { SyncError } from "../../errors.ts";
import { Deadline } from "../../remote/deadline.ts";
import { openRemote } from "../../remote/http.ts";
import { probe } from "../../remote/probe.ts";
import { retrying } from "../../remote/retry.ts";
import { cloneFile, isThere } from "../../replica/files.ts";
import { agentPaths } from "../../replica/paths.ts";
import { readSignature, sameSignature } from "../../replica/signature.ts";
import { Database } from "../../replica/sqlite.ts";
import type { SyncIo } from "../../sync/context.ts";
import type { Task } from "../child/messages.ts";
import { type OwnMark, ownMark, refuseCopied, refuseOverOthers } from "./marks.ts";
import { refuseUncaptured, requireOwnWal } from "./uncaptured.ts";
import { readWal, type Wal } from "./wal-transactions.ts";

/** A replica of the native engine as it is now; null: there is no database yet. */
export interface CheckedReplica {
  readonly remoteUrl: string | null;
  readonly revision: string | null;
  readonly unpushed: number;
  /** The newest change here since the last pull; 0: none. */
  readonly lastChange: number;
  /** The newest of these changes that the remote has; null if it has none, or was not asked. */
  readonly lastArrived: number | null;
}

/**
 * Stands guard before the native sync: looks at copies of the files, and at what the remote knows of this client.
 * @throws SyncError `engine-mismatch`, `sync-not-enabled`, `remote-mismatch`, `replica-incomplete`, `uncaptured-changes`,
 * `replica-copied`, `conflict`, `working-copy-busy`, and as requests do
 */
export async function checkReplica({ config, options }: Task, io: SyncIo): Promise<CheckedReplica | null> {
  const paths = agentPaths(config.directory, config.agent);
  if (await isThere(paths.sync)) {
    throw new SyncError("engine-mismatch", `${config.databasePath} belongs to engine "http": ${paths.sync} is there.`);
  }
  const info = await readReplicaInfo(config.databasePath);
  if (info === null) return withoutInfo(config);
  refuseOtherRemote(info, config);
  const folder = await mkdtemp(join(tmpdir(), "agentfs-sync-"));
  try {
    const { path, wal } = await copyReplica(config.databasePath, folder);
    const firstFrame = requireOwnWal(config.databasePath, wal, info);
    using db = Database.openWritable(path);
    if (wal !== null) refuseUncaptured(config.databasePath, db, wal, firstFrame);
    const own = ownMark(db, info);
    const lastArrived = options.asksRemote === false ? null : await compare(config, io, info, own, factsOf(db));
    const { remoteUrl, revision } = info;
    return { remoteUrl, revision, unpushed: own.unpushed, lastChange: own.lastChange, lastArrived };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Opened without it, a replica would be taken for a new database, and be overwritten. */
async function withoutInfo({ databasePath }: SyncConfig): Promise<null> {
  const others = ["-changes", "-wal-revert"].map((suffix) => databasePath + suffix);
  const [left] = (await Promise.all(others.map(async (path) => ((await isThere(path)) ? [path] : [])))).flat();
  if (left !== undefined)
    throw new SyncError(
      "replica-incomplete",
      `${left} is there, but not ${databasePath}-info: the replica was copied or removed in part.`,
    );
  if (!(await isThere(databasePath))) return null;
  throw new SyncError("sync-not-enabled", `${databasePath} was made without a remote: sync is not enabled for it.`);
}

const TRIES = 50;

/** A private copy between two writes of others; nothing of theirs is opened as a database. */
async function copyReplica(databasePath: string, folder: string): Promise<{ readonly path: string; readonly wal: Wal | null }> {
  const path = join(folder, "replica.db");
  for (let tries = 0; tries < TRIES; tries++) {
    const before = await readSignature(databasePath);
    if (before === null) throw new SyncError("replica-incomplete", `${databasePath}-info is there, but not ${databasePath}.`);
    await rm(path, { force: true });
    await rm(`${path}-wal`, { force: true });
    await cloneFile(databasePath, path);
    const hasWal = await isThere(`${databasePath}-wal`);
    if (hasWal) await cloneFile(`${databasePath}-wal`, `${path}-wal`);
    const wal = hasWal ? readWal(await readFile(`${path}-wal`)) : null;
    if (sameSignature(before, await readSignature(databasePath))) return { path, wal };
  }
  throw new SyncError("working-copy-torn", `${databasePath} was written to without a pause; no moment was found to copy it.`);
}

async function compare(
  config: SyncConfig,
  io: SyncIo,
  info: ReplicaInfo,
  own: OwnMark,
  local: RemoteFacts,
): Promise<number | null> {
  // What the program has noted was checked by nobody: the token must not go to just any address.
  const noted = info.remoteUrl === null ? null : resolveRemoteUrl(info.remoteUrl, config.agent);
  const remoteUrl = config.remoteUrl ?? noted;
  if (remoteUrl === null) throw new SyncError("config-invalid", "No remote URL is given.", { hint: "Give it as `remoteUrl`." });
  const deadline = new Deadline(config.timeoutMs, io.signal);
  const say = (line: string, isNotable: boolean) => (isNotable ? io.info : io.verbose)(line);
  const remote = openRemote(remoteUrl, config.authToken, deadline, say, io.meter);
  const { facts } = await retrying(remote, "always", () => probe(remote, null));
  refuseCopied(config, info, own, facts);
  refuseOverOthers(config, info, own, local, facts);
  const row = facts.nativeMark?.find(([client]) => client === info.clientId);
  return row !== undefined && Number(row[1]) === own.pullGeneration ? Number(row[2]) : null;
}
