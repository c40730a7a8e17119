import { SyncError } from "../errors.ts";
import { isRegularFile, prepareFolders } from "../replica/files.ts";
import { acquireLock } from "../replica/lock.ts";
import { refuseNativeReplica } from "../replica/native.ts";
import type { AgentPaths } from "../replica/paths.ts";
import { sizeOfFile } from "../replica/sizes.ts";
import { Database } from "../replica/sqlite.ts";
import type { Checkpointed } from "../report/types.ts";

const BUSY_TIMEOUT_MS = 1000;

/**
 * Moves what is in the working copy's WAL into its database file; no row changes.
 * @param isOpenHere This process has it open, in a way that no lock shows.
 * @throws SyncError `working-copy-missing`, `working-copy-busy`, `engine-mismatch`, `locked`
 */
export async function checkpoint(paths: AgentPaths, isOpenHere: boolean): Promise<Checkpointed> {
  await refuseNativeReplica(paths);
  if (!(await isRegularFile(paths.workingCopy)))
    throw new SyncError("working-copy-missing", `There is no working copy ${paths.workingCopy} to checkpoint.`);
  if (isOpenHere)
    throw new SyncError("working-copy-busy", `This process has ${paths.workingCopy} open; its WAL was left as it is.`, {
      hint: "Checkpoint before it is opened, or from another process.",
    });
  await prepareFolders(paths);
  using _lock = await acquireLock(paths);
  const walBytesBefore = await sizeOfFile(`${paths.workingCopy}-wal`);
  {
    using db = Database.openWritable(paths.workingCopy, BUSY_TIMEOUT_MS);
    const { busy } = db.get("PRAGMA wal_checkpoint(TRUNCATE)") ?? {};
    if (busy !== 0n && busy !== 0)
      throw new SyncError("working-copy-busy", `Another program uses ${paths.workingCopy}; its WAL was left as it is.`);
  }
  return { walBytesBefore, walBytesAfter: await sizeOfFile(`${paths.workingCopy}-wal`) };
}
