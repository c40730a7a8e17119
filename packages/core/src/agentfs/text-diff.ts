import type { FileChange } from "./file-changes.ts";

/**
 * A unified diff of two texts; null stands for a file that is not there. Null if they have too little in common to be worth it. One is for
 * one report: the more it has compared, the less it takes upon itself.
 */
export type TextDiff = (change: FileChange, before: string | null, after: string | null) => string | null;

/** Between two texts that both are there. The work grows with its square. */
const MOST_EDITS = 2_000;
/** So many are looked for in every file. */
const FEW_EDITS = 100;
/** For all files of one report, in squares of edits: seconds, in which a push waits. */
const MOST_WORK = 10 * MOST_EDITS ** 2;

/** Loaded for a report alone: a job's pull and push have no use for it. */
export async function loadTextDiff(): Promise<TextDiff> {
  const { createTwoFilesPatch, FILE_HEADERS_ONLY } = await import("diff");
  let leftWork = MOST_WORK;
  return (change, before, after) => {
    const options = { headerOptions: FILE_HEADERS_ONLY, context: 3 };
    const names = [change.before?.path ?? "/dev/null", change.after?.path ?? "/dev/null"] as const;
    if (before === null || after === null)
      return createTwoFilesPatch(...names, before ?? "", after ?? "", undefined, undefined, options);
    const maxEditLength = Math.max(FEW_EDITS, Math.min(MOST_EDITS, Math.floor(Math.sqrt(leftWork))));
    const patch = createTwoFilesPatch(...names, before, after, undefined, undefined, { ...options, maxEditLength });
    leftWork = Math.max(0, leftWork - (patch?.match(/^[+-]/gm)?.length ?? maxEditLength) ** 2);
    return patch ?? null;
  };
}
