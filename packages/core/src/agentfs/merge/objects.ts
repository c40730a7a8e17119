import type { SqlRow } from "../../replica/sqlite.ts";
import type { ObjectChange, ObjectState } from "../changeset.ts";
import { isRegular } from "../schema.ts";
import { isRowEdited, mergeAttributes, sameRow, takeAttributes } from "./attributes.ts";
import type { TheirObject } from "./identity.ts";
import { NOWHERE } from "./numbers.ts";
import { createFrom, revive } from "./revive.ts";
import type { MergeState } from "./state.ts";

/** An object of the origin that ours still has, under `localIno` in the snapshot. */
interface Kept {
  readonly originIno: bigint;
  readonly localIno: bigint;
  readonly path: string;
  readonly before: ObjectState;
  readonly after: ObjectState;
}

/** Files, directories and links themselves, whatever their names: made, edited, removed. */
export function mergeObjects(state: MergeState): void {
  const { changeset, identity } = state;
  const removed = new Map(changeset.objects.filter(({ after }) => after === null).map((change) => [change.ino, change]));
  for (const change of removed.values()) {
    if (identity.oursOf(change.ino) === null && change.before !== null) mergeRemoved(state, change, change.before);
  }
  for (const { ino, path, before, after } of changeset.objects) {
    if (after === null) continue;
    const originIno = identity.originOfOurs(ino);
    if (originIno === null) create(state, ino, after.row);
    else {
      const was = before ?? removed.get(originIno)?.before ?? null;
      if (was !== null) mergeKept(state, { originIno, localIno: ino, path, before: was, after });
    }
  }
}

function create(state: MergeState, localIno: bigint, row: SqlRow): void {
  const { numbers, theirs, unified } = state;
  if (!unified.has(localIno)) {
    createFrom(state, localIno);
    return;
  }
  const there = theirs.inode(numbers.newInode(localIno));
  if (there !== null) update(state, there, takeAttributes(row, there));
}

function mergeRemoved(state: MergeState, { ino, path }: ObjectChange, before: ObjectState): void {
  const { identity, numbers, retained, tree } = state;
  // A number may have been given to a new object since; that one's place in the map stays.
  if (!identity.isMade(ino)) numbers.setInode(ino, null);
  const theirs = identity.theirsOf(ino);
  if (theirs === null || !isEditedByThem(state, before, theirs)) return;
  retained.add(ino);
  const theirsAt = () => tree.pathOf(theirs.ino);
  const contested = { base: { ino }, ours: null, theirs: { ino: theirs.ino } };
  state.conflict({ kind: "file", path, ours: "removed", theirs: "changed", resolution: "theirs", theirsAt, contested });
}

function isEditedByThem({ theirs }: MergeState, before: ObjectState, { ino, row }: TheirObject): boolean {
  if (isRowEdited(before.row, row)) return true;
  if (isRegular(row["mode"] as bigint))
    return row["size"] !== before.row["size"] || theirs.content(ino).hash !== before.content?.hash;
  return before.target !== null && theirs.target(ino) !== before.target;
}

function mergeKept(state: MergeState, kept: Kept): void {
  const { changeset, identity, numbers, theirs, contents, targets, options } = state;
  const { originIno, localIno, path, before, after } = kept;
  const object = identity.theirsOf(originIno);
  const isNewContent = isContentChanged(before, after);
  const isNewTarget = after.target !== before.target;
  if (object === null) {
    if (isNewContent || isNewTarget || isRowEdited(before.row, after.row)) {
      const back = revive(state, originIno);
      state.revivedWithNames.add(originIno);
      const oursAt = () => state.tree.pathOf(back);
      const contested = { base: { ino: originIno }, ours: { ino: localIno }, theirs: null };
      state.conflict({ kind: "file", path, ours: "changed", theirs: "removed", resolution: "ours", oursAt, contested });
    } else if (localIno !== originIno) numbers.setInode(localIno, NOWHERE);
    return;
  }
  const { ino, row } = object;
  numbers.setInode(localIno, ino);
  let merged = mergeAttributes(before.row, after.row, row);
  if (isNewContent) {
    const content = theirs.content(ino);
    const isUntouched = content.hash === before.content?.hash && row["size"] === before.row["size"];
    const isAlike = content.hash === after.content?.hash && row["size"] === after.row["size"];
    if (!isUntouched && !isAlike && !settle(state, kept, ino)) return;
    merged = { ...merged, size: after.row["size"] ?? null };
    // Of a part, the origin may know of content no more than its hash.
    const isDelta = options.isPart !== true && localIno === originIno && content.hash === before.content?.hash;
    const chunks = isDelta ? changeset.chunks.get(localIno) : undefined;
    if (content.hash !== after.content?.hash)
      contents.set(ino, { ino, source: { localIno }, replaces: row, isDelta, ...(chunks && { chunks }) });
  }
  if (isNewTarget && after.target !== null) {
    const target = theirs.target(ino);
    if (target !== before.target && target !== after.target && !settle(state, kept, ino)) return;
    if (target !== after.target) targets.set(ino, after.target);
    merged = { ...merged, size: after.row["size"] ?? null };
  }
  update(state, row, merged);
}

/** A conflict about what an object holds. True if ours is to be written into it. */
function settle(state: MergeState, { originIno, localIno, path }: Kept, ino: bigint): boolean {
  const { options, copies, tree } = state;
  const at = () => tree.pathOf(ino);
  const contested = { base: { ino: originIno }, ours: { ino: localIno }, theirs: { ino } };
  const conflict = { kind: "file", path, ours: "changed", theirs: "changed", contested } as const;
  switch (options.policy) {
    case "ours":
      state.conflict({ ...conflict, resolution: "ours", oursAt: at });
      return true;
    case "theirs":
      state.conflict({ ...conflict, resolution: "theirs", theirsAt: at });
      return false;
    case "keep-both":
    case "fail": {
      const copy = createFrom(state, localIno);
      copies.push({ ino: copy, besideIno: ino, localIno });
      state.conflict({ ...conflict, resolution: "keep-both", oursAt: () => tree.pathOf(copy), theirsAt: at });
      return false;
    }
  }
}

function update({ updates }: MergeState, before: SqlRow, after: SqlRow): void {
  if (!sameRow(after, before)) updates.set(before["ino"] as bigint, { before, after });
}

function isContentChanged(before: ObjectState, after: ObjectState): boolean {
  return after.content?.hash !== before.content?.hash || (after.content !== null && after.row["size"] !== before.row["size"]);
}
