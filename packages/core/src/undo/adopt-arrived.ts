import { readRow } from "../rescue/trail.ts";
import type { AgentContext } from "../sync/context.ts";
import { adoptSent } from "./folder.ts";

/** The undo bundle of a revert from here whose answer was lost, or that was killed: if it has arrived after all, it can be taken back. */
export async function adoptArrived({ remote, paths }: Pick<AgentContext, "remote" | "paths">, pushId: string): Promise<void> {
  const row = await readRow(remote, pushId);
  if (row === null || row.sequence === null || row.digest === null) return;
  await adoptSent(paths, pushId, { sequence: row.sequence, digest: row.digest });
}
