import { sizeText } from "./size.ts";
import type { RescueEntry } from "./types.ts";
import { sayCounts } from "./words.ts";

const REASON: Readonly<Record<RescueEntry["reason"], string>> = {
  "failed-push": "could not be pushed",
  "set-aside": "set aside by a pull",
  unsettled: "sent without an answer",
};

/** What is kept, a line each; one line too if it is nothing. */
export function bundleLines(bundles: readonly RescueEntry[]): readonly string[] {
  return bundles.length === 0 ? ["nothing is kept that was not pushed"] : bundles.map(bundleLine);
}

function bundleLine({ pushId, reason, createdAt, runId, counts, problem, sizeBytes, path }: RescueEntry): string {
  const run = runId === null ? "" : ` in run ${runId}`;
  const what = counts === null ? `cannot be read (${problem})` : sayAll(counts);
  return `${pushId}: ${REASON[reason]} at ${createdAt}${run}: ${what}; ${sizeText(sizeBytes)} in ${path}`;
}

function sayAll(counts: NonNullable<RescueEntry["counts"]>): string {
  const { rows } = counts;
  if (rows === 0) return sayCounts(counts);
  const others = `${rows} other row${rows === 1 ? "" : "s"} changed`;
  const { files, keys, toolCalls } = counts;
  const isOnlyRows = [...Object.values(files), ...Object.values(keys), toolCalls.added].every((count) => count === 0);
  return isOnlyRows ? others : `${sayCounts(counts)}, ${others}`;
}
