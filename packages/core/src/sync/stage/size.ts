import type { Changeset } from "../../agentfs/changeset.ts";
import { newContentBytes } from "../../agentfs/content.ts";
import type { ContentWrite, Plan } from "../../agentfs/merge/types.ts";
import type { SqlValue } from "../../remote/value.ts";

/** A commit carries up to so much; what is more is staged before it. */
const MOST_IN_A_COMMIT_BYTES = 256 * 1024;

/** A value longer than this does not travel in the commit of a push that stages. */
const LONGEST_VALUE = 4096;

export function isLarge(plan: Plan, changeset: Changeset): boolean {
  return sizeOfPlan(plan, changeset) > MOST_IN_A_COMMIT_BYTES;
}

/** Whether a plan for these changes will be large, unless the remote has most of their content already. */
export function hasLargeContent(changeset: Changeset): boolean {
  return newContentBytes(changeset) > MOST_IN_A_COMMIT_BYTES;
}

/** Bytes of content and of large values that a plan writes. */
export function sizeOfPlan(plan: Plan, changeset: Changeset): number {
  const bytesOf = contentSizes(changeset);
  let sum = 0;
  for (const write of plan.contents) sum += bytesOf(write);
  for (const value of largeValues(plan)) sum += sizeOf(value);
  return sum;
}

/** Bytes that a write has to send, by what the diff has counted. */
function contentSizes({ objects }: Changeset): (write: ContentWrite) => number {
  const present = new Map(objects.flatMap((change) => (change.after === null ? [] : [[change.ino, change] as const])));
  return ({ source, isDelta }) => {
    if ("bytes" in source) return source.bytes.length;
    const change = present.get(source.localIno);
    return (isDelta ? change?.newBytes : change?.after?.content?.storedBytes) ?? 0;
  };
}

/** TEXT and BLOB values of the plan's rows that are staged if anything is. */
export function* largeValues({ rows, tables, targets, toolCalls }: Plan): Generator<string | Uint8Array> {
  const written = [
    ...rows.map(({ after }) => after),
    ...tables.flatMap((table) => table.rows.map(({ after }) => after)),
    ...targets.map(({ target }) => ({ target })),
    ...toolCalls.insert,
    ...toolCalls.update.map(({ after }) => after),
  ];
  for (const row of written) for (const value of Object.values(row ?? {})) if (isLargeValue(value)) yield value;
}

export function isLargeValue(value: SqlValue): value is string | Uint8Array {
  return (typeof value === "string" || value instanceof Uint8Array) && value.length > LONGEST_VALUE;
}

export function sizeOf(value: string | Uint8Array): number {
  return typeof value === "string" ? Buffer.byteLength(value) : value.length;
}
