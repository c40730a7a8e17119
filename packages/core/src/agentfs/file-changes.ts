import type { Changeset } from "./changeset.ts";
import { isChanged } from "./diff.ts";
import { join } from "./paths.ts";

/** What a path names: in the origin for `before`, in the working copy for `after`. */
export interface Named {
  readonly path: string;
  readonly ino: bigint;
}

/** A change as a person sees it, who knows paths and no inodes. `isMoved`: the same object under another path. */
export interface FileChange {
  readonly before: Named | null;
  readonly after: Named | null;
  readonly isMoved: boolean;
}

/**
 * A changeset by paths, sorted. A file that another one took the place of is one change of its path, not a removal and an addition.
 * @param originPath the path of a directory in the origin
 */
export function fileChanges({ objects, entries }: Changeset, originPath: (ino: bigint) => string): readonly FileChange[] {
  const created = new Set(objects.filter(({ before }) => before === null).map(({ ino }) => ino));
  const [moved, removed, added] = [new Map<bigint, FileChange>(), new Map<string, Named>(), new Map<string, Named>()];
  for (const { path, before, after } of entries) {
    const old = before && { path: join(originPath(before.parentIno), before.name), ino: before.ino };
    const now = after && { path, ino: after.ino };
    if (old !== null && now !== null && old.ino === now.ino && !created.has(now.ino)) {
      moved.set(now.ino, { before: old, after: now, isMoved: true });
    } else {
      if (old !== null) removed.set(old.path, old);
      if (now !== null) added.set(now.path, now);
    }
  }
  const paths = new Set([...removed.keys(), ...added.keys()]);
  const changed = objects.filter((change) => isChanged(change) && !moved.has(change.ino));
  return [
    ...moved.values(),
    ...[...paths].map((path) => ({ before: removed.get(path) ?? null, after: added.get(path) ?? null, isMoved: false })),
    ...changed.map(({ path, ino }) => ({ before: { path, ino }, after: { path, ino }, isMoved: false })),
  ].sort((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1));
}

const placeOf = ({ before, after }: FileChange): string => (after ?? before)?.path ?? "";
