import type { IdMap, RowKey } from "../../replica/id-map.ts";
import type { SqlRow } from "../../replica/sqlite.ts";
import type { TableChange } from "../changeset.ts";
import type { TableFacts } from "../table-facts.ts";
import { rowJson, valuesText } from "../typed-json.ts";
import type { UserTables } from "../user-tables.ts";

/** As for the numbers of AgentFS: nobody who counts on from the highest that it has seen comes this far before it sees ours. */
const GAP = 1n << 20n;

/** The last number that SQLite has. */
const LAST = (1n << 63n) - 1n;

const at = (table: string) => table.toLowerCase();

/** Numbers of AgentFS's own rows, to which foreign keys may refer as well: by table, as the map of rows has them. */
export function ownNumbers({ inode, entry, toolCall }: Pick<IdMap, "inode" | "entry" | "toolCall">): IdMap["rows"] {
  return new Map<string, ReadonlyMap<RowKey, RowKey>>([
    ["fs_inode", inode],
    ["fs_dentry", entry],
    ["tool_calls", toolCall],
  ]);
}

interface Sources {
  readonly origin: UserTables;
  readonly ours: UserTables;
  readonly theirs: UserTables;
  readonly sameRows: boolean;
}

/**
 * The remote's numbers of rows under an INTEGER PRIMARY KEY: as of the origin (`before`) and with what the job made (`after`). A new
 * row whose number another row has there gets a new one; declared foreign keys follow.
 */
export class TableKeys {
  readonly #before: IdMap["rows"];
  readonly #after: Map<string, Map<RowKey, RowKey>>;
  readonly #own: IdMap["rows"];
  readonly #facts = new Map<string, TableFacts | null>();
  readonly #changes: ReadonlyMap<string, TableChange>;
  readonly #assigned = new Set<string>();
  readonly #from: Sources;

  /** `before` is as of the origin; `own` are the numbers of AgentFS's own rows after the merge of those. */
  constructor(changes: readonly TableChange[], before: IdMap, own: IdMap["rows"], from: Sources) {
    this.#before = new Map([...before.rows, ...ownNumbers(before)]);
    this.#after = new Map([...before.rows].map(([table, keys]) => [table, new Map(keys)]));
    this.#own = own;
    this.#changes = new Map(changes.map((change) => [at(change.table), change]));
    this.#from = from;
    for (const table of this.#changes.keys()) this.#assign(table);
  }

  get map(): IdMap["rows"] {
    return new Map([...this.#after].filter(([, keys]) => keys.size > 0));
  }

  /** A row of the origin in the remote's numbers. */
  old(table: string, row: SqlRow): SqlRow {
    return this.#translate(table, row, (of) => this.#before.get(of));
  }

  /** A row of the snapshot in the remote's numbers. */
  now(table: string, row: SqlRow): SqlRow {
    return this.#translate(table, row, (of) => this.#numbersNow(of));
  }

  #numbersNow(table: string): ReadonlyMap<RowKey, RowKey> | undefined {
    return this.#own.get(table) ?? this.#after.get(table);
  }

  factsOf(table: string): TableFacts | null {
    const known = this.#facts.get(at(table));
    if (known !== undefined) return known;
    const facts = this.#from.ours.facts(table);
    this.#facts.set(at(table), facts);
    return facts;
  }

  /** First the tables that this one refers to: their new numbers may be its values, and even its key. */
  #assign(table: string): void {
    if (this.#assigned.has(table)) return;
    this.#assigned.add(table);
    const [change, facts] = [this.#changes.get(table), this.factsOf(table)];
    for (const { table: parent } of facts?.foreignKeys ?? []) this.#assign(at(parent));
    const key = facts?.integerKey ?? null;
    if (change === undefined || key === null) return;
    const keys = this.#keysOf(table);
    for (const { before, after } of change.rows) if (before !== null && after === null) keys.delete(before[key] as bigint);
    const owner = facts?.foreignKeys.find((foreign) => foreign.column === key && this.#isNumbered(foreign));
    if (owner !== undefined) this.#follow(change, key, this.#numbersNow(at(owner.table)), keys);
    else if (this.#from.theirs.facts(table) !== null) this.#number(change, key, keys);
  }

  /** A key that refers to another row goes where that row goes, or a third row that refers to this one would miss it. */
  #follow({ rows }: TableChange, key: string, owners: ReadonlyMap<RowKey, RowKey> | undefined, keys: Map<RowKey, RowKey>): void {
    for (const { after } of rows) {
      const local = after?.[key];
      const number = typeof local === "bigint" ? owners?.get(local) : undefined;
      if (typeof local === "bigint" && number !== undefined) keys.set(local, number);
    }
  }

  /** Rows are new on both sides under one number: two rows, unless they are alike. */
  #number({ table, rows }: TableChange, key: string, keys: Map<RowKey, RowKey>): void {
    const { origin, theirs } = this.#from;
    let next: bigint | null = null;
    const taken = new Set<RowKey>();
    const made = rows.flatMap(({ before, after }) => (before !== null || after === null ? [] : [after]));
    const alike = this.#alike(table, key, made);
    for (const after of made) {
      const local = after[key] as bigint;
      const row = this.now(table, after);
      const there = theirs.byKey(table, Object.keys(row), [key], { [key]: local });
      if (there === null) continue;
      const isAlike = (id: bigint) =>
        !taken.has(id) && (origin.facts(table) === null || origin.byKey(table, [key], [key], { [key]: id }) === null);
      const isSame = !taken.has(local) && rowJson(there) === rowJson(row);
      const same = isSame ? local : alike(row).find(isAlike);
      next ??= this.#highest(table, key, rows) + GAP;
      // Where numbers come to their end they mean something: two rows under one are a conflict.
      if (same === undefined && next > LAST) continue;
      const number: bigint = same ?? next++;
      taken.add(number);
      if (number !== local) keys.set(local, number);
    }
  }

  /** Keys of the remote's rows that are like a row in every column but the key, if they may be the same. */
  #alike(table: string, key: string, rows: readonly SqlRow[]): (row: SqlRow) => readonly bigint[] {
    const { theirs, sameRows } = this.#from;
    if (!sameRows) return () => [];
    const rest = (row: SqlRow) => Object.fromEntries(Object.entries(row).filter(([column]) => column !== key));
    const textOf = (row: SqlRow) => valuesText(row, Object.keys(row));
    // The key is the number of the row. All are looked for at once, but one that refers to a row of this table which has a number now.
    const rests = rows.map((row) => rest(this.now(table, row)));
    const found = theirs.rowids(table, rests);
    const find = (row: SqlRow) => found.get(textOf(row)) ?? theirs.rowids(table, [row]).get(textOf(row)) ?? [];
    return (row) => find(rest(row));
  }

  /** Our own numbers count: none of them may be given to another row. */
  #highest(table: string, key: string, rows: TableChange["rows"]): bigint {
    const ours = rows.map(({ after }) => (after?.[key] ?? 0n) as bigint);
    return [this.#from.theirs.highest(table, key), ...ours].reduce((a, b) => (a > b ? a : b));
  }

  #keysOf(table: string): Map<RowKey, RowKey> {
    const known = this.#after.get(table);
    if (known !== undefined) return known;
    const keys = new Map<RowKey, RowKey>();
    this.#after.set(table, keys);
    return keys;
  }

  #isNumbered({ table, to }: TableFacts["foreignKeys"][number]): boolean {
    const key = this.factsOf(table)?.integerKey ?? null;
    return key !== null && (to === null || to.toLowerCase() === key.toLowerCase());
  }

  #translate(table: string, row: SqlRow, numbers: (table: string) => ReadonlyMap<RowKey, RowKey> | undefined): SqlRow {
    const facts = this.factsOf(table);
    const followed = (facts?.foreignKeys ?? []).filter((foreign) => this.#isNumbered(foreign));
    const refs = new Map(followed.map((foreign) => [foreign.column.toLowerCase(), foreign.table]));
    const key = facts?.integerKey ?? null;
    const translated = Object.entries(row).map(([column, value]) => {
      const of = refs.get(column.toLowerCase()) ?? (column === key ? table : undefined);
      const number = of === undefined || typeof value !== "bigint" ? undefined : numbers(at(of))?.get(value);
      return [column, number ?? value];
    });
    return Object.fromEntries(translated) as SqlRow;
  }
}
