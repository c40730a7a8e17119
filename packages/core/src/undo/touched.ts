import type { Plan } from "../agentfs/merge/types.ts";
import type { SqlValue } from "../remote/value.ts";
import type { SqlRow } from "../replica/sqlite.ts";

/** What a plan touches on the remote, in its numbers. */
export interface Touched {
  /** Objects that it makes, changes or removes, or of which it moves a name; and directories in which it does so. */
  readonly inos: ReadonlySet<bigint>;
  /** Of those, the ones whose content may be needed to bring them back: a file that was only moved goes or stays as a whole. */
  readonly contentInos: ReadonlySet<bigint>;
  readonly callIds: ReadonlySet<bigint>;
}

export function touchedBy({ inodes, contents, targets, entries, toolCalls }: Plan): Touched {
  const inos = new Set<bigint>();
  const contentInos = new Set<bigint>();
  const ino = (row: SqlRow) => row["ino"] as bigint;
  for (const row of [...inodes.insert, ...inodes.remove]) contentInos.add(ino(row));
  for (const { before, after } of inodes.update) {
    inos.add(ino(after));
    if (EDITS.some((column) => before[column] !== after[column])) contentInos.add(ino(after));
  }
  for (const write of [...contents, ...targets]) contentInos.add(write.ino);
  const placed = new Map(entries.insert.map((entry) => [entry.id, entry.ino]));
  const gone = new Map(entries.remove.map((entry) => [entry.id, entry.ino]));
  for (const entry of [...entries.insert, ...entries.remove]) {
    inos.add(entry.ino).add(entry.parentIno);
    const isMove = placed.get(entry.id) === gone.get(entry.id);
    if (!isMove) contentInos.add(entry.ino);
  }
  const callIds = new Set([...toolCalls.update.map(({ after }) => after), ...toolCalls.remove].map((row) => row["id"] as bigint));
  return { inos: new Set([...inos, ...contentInos]), contentInos, callIds };
}

/** Of those, the ones that have nothing of their old content afterwards, as far as an undo bundle holds the new one. */
export function replacedBy({ inodes, contents }: Plan): ReadonlySet<bigint> {
  return new Set([...inodes.remove.map((row) => row["ino"] as bigint), ...contents.map(({ ino }) => ino)]);
}

/** What makes a file another one, so that a merge may bring all of it back; times and link counts do not. */
const EDITS = ["mode", "uid", "gid", "rdev", "size"];

/** The keys of the rows of one table that a plan writes or removes. */
export function keysOf(
  rows: readonly { readonly before: SqlRow | null; readonly after: SqlRow | null }[],
  column: string,
): SqlValue[] {
  return rows.flatMap(({ before, after }) => [before, after]).flatMap((row) => (row === null ? [] : [row[column] ?? null]));
}
