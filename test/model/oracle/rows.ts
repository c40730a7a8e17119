import type { ConflictPolicy } from "../../../packages/core/src/config/types.ts";
import type { Row } from "../state.ts";
import type { Table } from "../tables.ts";
import { didTo } from "./keys.ts";
import type { Notebook } from "./notebook.ts";

type Rows = readonly Row[];
type Key = string | number;

export interface MergedRows {
  /** A row of ours that needs a new number has a text as key: `new:…`. So have the references to it. */
  readonly rows: Rows;
  /** Rows of ours that go into the table's conflict file. */
  readonly kept: Rows;
}

/** A table with a key: row by row. */
export function mergeKeyed(
  table: Table,
  key: string,
  base: Rows,
  ours: Rows,
  theirs: Rows,
  policy: ConflictPolicy,
  notes: Notebook,
) {
  const [before, our, their] = [base, ours, theirs].map((rows) => new Map(rows.map((row) => [row[key] as Key, row])));
  if (before === undefined || our === undefined || their === undefined) throw new Error("three sides");
  const renumbered = new Set<Key>();
  if (table.hasNumberKey) {
    for (const [id, row] of our) if (!before.has(id) && their.has(id) && !same(row, their.get(id))) renumbered.add(id);
  }
  const follow = (row: Row): Row => {
    const { reference } = table;
    if (reference === null || !renumbered.has(row[reference] as Key)) return row;
    return { ...row, [reference]: `new:${row[reference]}` };
  };
  const merged = new Map<Key, Row>(their);
  const kept: Row[] = [];
  for (const id of new Set([...before.keys(), ...our.keys()])) {
    const [old, mine, other] = [before.get(id), our.get(id), their.get(id)];
    const put = (row: Row | undefined) => (row === undefined ? merged.delete(id) : merged.set(id, follow(row)));
    if (same(mine, old)) continue;
    if (renumbered.has(id) && mine !== undefined) {
      notes.hit("R2");
      merged.set(`new:${id}`, { ...follow(mine), [key]: `new:${id}` });
    } else if (same(mine, other)) continue;
    else if (same(other, old)) {
      if (their.size > before.size) notes.hit("R1");
      put(mine);
    } else if (mine !== undefined && other !== undefined) {
      notes.conflict("R3", "row", [`${table.name}:${id}`], [didTo(old, mine)], [didTo(old, other)]);
      if (policy === "ours") put(mine);
      if (policy === "keep-both") kept.push(mine);
    } else {
      notes.conflict("R4", "row", [`${table.name}:${id}`], [didTo(old, mine)], [didTo(old, other)]);
      put(mine ?? other);
    }
  }
  return { rows: [...merged.values()], kept };
}

/** A table without a key: rows that are alike are only counted. */
export function mergeCounted(base: Rows, ours: Rows, theirs: Rows, notes: Notebook): MergedRows {
  const counts = new Map<string, number>();
  const count = (rows: Rows, by: number) => {
    for (const row of rows) counts.set(JSON.stringify(row), (counts.get(JSON.stringify(row)) ?? 0) + by);
  };
  count(theirs, 1);
  count(ours, 1);
  count(base, -1);
  if (!same(ours, base) && !same(theirs, base)) notes.hit("R5");
  return {
    rows: [...counts].flatMap(([row, n]) => Array.from({ length: Math.max(0, n) }, () => JSON.parse(row) as Row)),
    kept: [],
  };
}

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
