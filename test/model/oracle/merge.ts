import type { ConflictPolicy } from "../../../packages/core/src/config/types.ts";
import type { Labels } from "../read-state.ts";
import { type Id, ROOT, type Row, relabel, type State } from "../state.ts";
import { TABLES } from "../tables.ts";
import { mergeCalls } from "./calls.ts";
import { separate } from "./collisions.ts";
import { mergeContents } from "./contents.ts";
import { mergeDirectories } from "./directories.ts";
import { Draft } from "./draft.ts";
import { mergeKeys, mergeSettings } from "./keys.ts";
import { joinMade } from "./made-on-both.ts";
import { mergeNames } from "./names.ts";
import { Notebook } from "./notebook.ts";
import { recognise } from "./recognise.ts";
import { mergeCounted, mergeKeyed } from "./rows.ts";
import { Side } from "./side.ts";

export interface Merge {
  readonly policy: ConflictPolicy;
  readonly suffix: string;
  /** What the remote calls things of the origin. */
  readonly labels: Labels;
}

export interface Outcome {
  readonly state: State;
  readonly notes: Notebook;
  /** What a thing, name or call of ours is called in `state`. */
  readonly thing: (id: Id) => Id;
  readonly name: (id: Id) => Id;
  readonly call: (id: Id) => Id;
  /** By table: rows that a conflict file has to hold. */
  readonly kept: ReadonlyMap<string, readonly Row[]>;
}

/** What docs/merge.md says of three states, in the plainest way: everything is looked at, nothing is assumed to be as it was. */
export function expectedMerge(origin: State, snapshot: State, remote: State, { policy, suffix, labels }: Merge): Outcome {
  const notes = new Notebook();
  const [thing, name, call] = [
    labeller(labels.thing, (id) => id === ROOT || origin.things.has(id)),
    labeller(labels.name, (id) => origin.names.has(id)),
    labeller(labels.call, (id) => origin.calls.has(id)),
  ];
  const base = relabel(origin, thing, name);
  const theirs = recognise(base, new Side(remote));
  const ours = joinMade(base, recognise(base, new Side(relabel(snapshot, thing, name))), theirs.tree);
  const draft = new Draft(base, ours, theirs, policy, suffix, notes);
  mergeNames(draft);
  mergeDirectories(draft);
  mergeContents(draft);
  separate(draft);
  draft.settleConflicts();
  const living = draft.living();
  const tables = TABLES.map((table) => [table.name, mergeTable(table)] as const);
  return {
    state: {
      things: new Map([...draft.things].filter(([id]) => living.has(id))),
      names: draft.names,
      keys: mergeKeys(origin.keys, snapshot.keys, remote.keys, policy, suffix, notes),
      settings: mergeSettings(origin.settings, snapshot.settings, remote.settings, notes),
      calls: mergeCalls(mapKeys(origin.calls, call), mapKeys(snapshot.calls, call), remote.calls, policy, notes),
      rows: Object.fromEntries(tables.map(([table, { rows }]) => [table, rows])),
    },
    notes,
    thing: (id) => ours.thing(thing(id)),
    name: (id) => ours.name(name(id)),
    call,
    kept: new Map(tables.flatMap(([table, { kept }]) => (kept.length === 0 ? [] : [[table, kept]]))),
  };

  function mergeTable(table: (typeof TABLES)[number]) {
    const { name: of, key } = table;
    const rowsOf = (state: State) => state.rows[of] ?? [];
    const local = [origin, snapshot].map((state) => rowsOf(state).map((row) => relabelRow(row, table, labels)));
    const [before, mine] = local;
    if (key === null) return mergeCounted(before ?? [], mine ?? [], rowsOf(remote), notes);
    return mergeKeyed(table, key, before ?? [], mine ?? [], rowsOf(remote), policy, notes);
  }
}

/** An id of the origin becomes the remote's; any other is only ours. */
function labeller(labels: ReadonlyMap<Id, Id>, isOfOrigin: (id: Id) => boolean): (id: Id) => Id {
  return (id) => (isOfOrigin(id) ? (labels.get(id) ?? id) : `ours:${id}`);
}

function relabelRow(row: Row, { key, hasNumberKey, reference }: (typeof TABLES)[number], { row: numbers }: Labels): Row {
  if (!hasNumberKey) return row;
  const columns = [key, reference].filter((column) => column !== null);
  return {
    ...row,
    ...Object.fromEntries(columns.map((column) => [column, numbers.get(Number(row[column])) ?? row[column] ?? null])),
  };
}

function mapKeys<T>(map: ReadonlyMap<Id, T>, key: (id: Id) => Id): ReadonlyMap<Id, T> {
  return new Map([...map].map(([id, value]) => [key(id), value]));
}
