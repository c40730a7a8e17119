import type { FileChange } from "./file-changes.ts";

/** A unified diff of two texts; null stands for a file that is not there. Null if they have too little in common to be worth it. */
export type TextDiff = (change: FileChange, before: string | null, after: string | null) => string | null;

/** Between two texts that both are there. The work grows with its square. */
const MOST_EDITS = 2_000;

/** Loaded for a report alone: a job's pull and push have no use for it. */
export async function loadTextDiff(): Promise<TextDiff> {
  const { createTwoFilesPatch, FILE_HEADERS_ONLY } = await import("diff");
  return (change, before, after) => {
    const options = { headerOptions: FILE_HEADERS_ONLY, context: 3 };
    const names = [change.before?.path ?? "/dev/null", change.after?.path ?? "/dev/null"] as const;
    const patch =
      before === null || after === null
        ? createTwoFilesPatch(...names, before ?? "", after ?? "", undefined, undefined, options)
        : createTwoFilesPatch(...names, before, after, undefined, undefined, { ...options, maxEditLength: MOST_EDITS });
    return patch ?? null;
  };
}
