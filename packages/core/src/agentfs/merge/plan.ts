import type { Entry } from "../changeset.ts";
import type { MergeState } from "./state.ts";
import type { Plan } from "./types.ts";

/** The result of a merge as what has to be written. */
export function planOf(state: MergeState, { tables, schema }: Pick<Plan, "tables" | "schema">): Plan {
  const { numbers, places, tree, inserts, updates, rows } = state;
  const [insert, remove] = [tree.placed, tree.gone];
  return {
    inodes: { insert: [...inserts.values()], update: [...updates.values()], remove: state.removals },
    contents: [...state.contents.values()],
    targets: [...state.targets].map(([ino, target]) => ({ ino, target })),
    entries: { insert, remove },
    unchanged: tree.waysTo(new Set([...insert, ...remove].map((entry: Entry) => entry.parentIno))),
    rows,
    tables,
    schema,
    toolCalls: { insert: state.callInserts, update: state.callUpdates, remove: state.callRemovals },
    lowest: numbers.lowest,
    marks: numbers.marks,
    map: { ...numbers.map, places: places.after, rows: state.rowKeys },
  };
}
