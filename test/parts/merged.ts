import { diff } from "../../packages/core/src/agentfs/diff.ts";
import { merge } from "../../packages/core/src/agentfs/merge/merge.ts";
import type { MergeOptions, MergeResult } from "../../packages/core/src/agentfs/merge/types.ts";
import { openSides } from "../../packages/core/src/agentfs/side.ts";
import { IDENTITY } from "../../packages/core/src/replica/id-map.ts";
import { changed, type Hand, written } from "./hand.ts";

const NO_MARKS = { inode: 0n, entry: 0n, toolCall: 0n };

/** `/a` has inode 2 and entry 1, `/b` 3 and 2, `/dir` 4 and 3, `/dir/x` 5 and 4; a key `one`, a pending call `build`. */
export function writeOrigin(): Promise<string> {
  return written((hand) => {
    hand.file("/a", "a");
    hand.file("/b", "b");
    hand.directory("/dir");
    hand.file("/dir/x", "x");
    hand.key("one", "1");
    hand.call("build", "pending");
  });
}

export const OPTIONS: MergeOptions = {
  map: IDENTITY,
  marks: NO_MARKS,
  sameCalls: false,
  policy: "fail",
  suffix: "0123abcd",
  reserved: null,
};

/** Merges what one side did to an origin with what the other did. */
export async function merged(
  origin: string,
  ours: (hand: Hand) => void,
  theirs: (hand: Hand) => void = () => undefined,
  options: Partial<MergeOptions> = {},
): Promise<MergeResult> {
  const snapshot = await changed(origin, ours);
  using sides = openSides(origin, snapshot, await changed(origin, theirs));
  return merge(diff(origin, snapshot), sides, { ...OPTIONS, ...options });
}
