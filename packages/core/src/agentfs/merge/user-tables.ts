import { KEYED_TABLES } from "../changeset.ts";
import { DEFAULT_CHUNK_SIZE_BYTES, ROOT_INO } from "../schema.ts";
import { conflictName } from "./conflict-name.ts";
import type { MergeState } from "./state.ts";
import { type ConflictFile, mergeTables, type TablesResult } from "./tables.ts";

/** Tables that are no part of AgentFS, when all numbers of AgentFS's own rows are given; what a conflict left out becomes a file. */
export function mergeUserTables(state: MergeState): Pick<TablesResult, "tables" | "schema"> {
  const { changeset, sides, options, numbers, rowKeys } = state;
  const merged = mergeTables({
    changeset,
    origin: sides.origin.tables,
    ours: sides.ours.tables,
    theirs: sides.theirs.tables,
    before: options.map,
    after: numbers.map,
    policy: options.policy,
    sameRows: options.sameCalls,
  });
  for (const table of rowKeys.keys()) if (!(table in KEYED_TABLES)) rowKeys.delete(table);
  for (const [table, keys] of merged.rowKeys) if (!(table in KEYED_TABLES)) rowKeys.set(table, new Map(keys));
  const inos = new Map(merged.conflictFiles.map((file) => [file.table, addFile(state, file)]));
  for (const { table, kind, path, ours, theirs, resolution, oursAt, theirsAt, contested } of merged.conflicts) {
    const ino = resolution === "keep-both" ? inos.get(table) : undefined;
    const where = ino === undefined ? () => oursAt : () => state.tree.pathOf(ino);
    state.conflict({
      kind,
      path,
      ours,
      theirs,
      resolution: resolution === "fail" ? "keep-both" : resolution,
      oursAt: where,
      theirsAt: () => theirsAt,
      contested,
    });
  }
  return merged;
}

function addFile(state: MergeState, { table, bytes }: ConflictFile): bigint {
  const { numbers, tree, options, theirs } = state;
  const [ino, id] = [numbers.inode.next(), numbers.entry.next()];
  const isTaken = (name: string) => tree.entriesAt(ROOT_INO, name).length > 0;
  const chunkSizeBytes = Number(theirs.row("fs_config", "chunk_size")?.["value"] ?? DEFAULT_CHUNK_SIZE_BYTES);
  const name = conflictName(`${table.replaceAll(/[/\0]/g, "_")}.json`, options.suffix, true, isTaken);
  state.insert(ino, { ...theirs.inode(ROOT_INO), mode: 0o100644n, nlink: 1n, size: BigInt(bytes.length) });
  state.contents.set(ino, { ino, source: { bytes, chunkSizeBytes }, replaces: null, isDelta: false });
  tree.place({ id, ino, parentIno: ROOT_INO, name });
  return ino;
}
