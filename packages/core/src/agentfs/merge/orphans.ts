import { ROOT_INO } from "../schema.ts";
import type { MergeState } from "./state.ts";

/** What no entry names any more goes: objects of theirs that lost their last name, new ones that never got one. */
export function dropOrphans(state: MergeState): void {
  const { tree, theirs, inserts, updates, contents, targets, removals } = state;
  const isNamed = (ino: bigint) => tree.entriesOf(ino).length > 0;
  const drop = (ino: bigint) => {
    for (const kept of [inserts, updates, contents, targets]) kept.delete(ino);
  };
  for (const ino of [...inserts.keys()]) if (!isNamed(ino)) drop(ino);
  for (const ino of new Set(tree.gone.map((entry) => entry.ino))) {
    if (ino === ROOT_INO || isNamed(ino)) continue;
    drop(ino);
    const row = theirs.inode(ino);
    if (row !== null) removals.push(row);
  }
}
