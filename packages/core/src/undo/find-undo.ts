import { SyncError } from "../errors.ts";
import { readLog } from "../history/read-log.ts";
import type { AgentContext } from "../sync/context.ts";
import { adoptArrived } from "./adopt-arrived.ts";
import { findInDirectory } from "./directory.ts";
import { listUndo } from "./folder.ts";

/**
 * The bundle, on this machine, of the push with that place in the remote's history.
 * @throws SyncError `undo-missing`, which says where that push came from
 */
export async function findUndo(context: AgentContext, sequence: number): Promise<string> {
  const { remote, paths, target, config } = context;
  const [entry] = await readLog(remote, { sequence });
  if (entry === undefined) {
    throw new SyncError("undo-missing", `${remote.url} has no push ${sequence}.`, {
      hint: "`agentfs-sync log` shows the pushes that it has.",
    });
  }
  const find = async () => (await listUndo(paths)).find(({ pushId }) => pushId === entry.pushId);
  let own = await find();
  if (own === undefined) {
    await adoptArrived({ remote, paths }, entry.pushId);
    own = await find();
  }
  if (own !== undefined) return own.path;
  const copied = await findInDirectory(context, sequence, entry.pushId);
  if (copied !== null) return copied;
  const where = entry.provenance?.runUrl ?? null;
  const places = config.undoDirectory === null ? paths.undo : `${paths.undo} or ${config.undoDirectory}`;
  throw new SyncError(
    "undo-missing",
    `The undo bundle of push ${sequence} of ${target.agent} is not in ${places}${where === null ? "" : `; the push came from ${where}`}.`,
  );
}
