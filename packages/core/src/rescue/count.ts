import type { Changeset } from "../agentfs/changeset.ts";
import { countChanges } from "../agentfs/diff.ts";
import type { RescueEntry } from "../report/types.ts";

/** Counts as a push gives them, and the rows that are neither files, keys nor tool calls. */
export function countAll(changeset: Changeset): NonNullable<RescueEntry["counts"]> {
  const { rows, tables } = changeset;
  const others = rows.filter(({ table }) => table !== "kv_store").length;
  return { ...countChanges(changeset), rows: tables.reduce((sum, table) => sum + table.rows.length, others) };
}
