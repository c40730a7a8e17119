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
  const what = counts === null ? `cannot be read (${problem})` : sayCounts(counts);
  return `${pushId}: ${REASON[reason]} at ${createdAt}${run}: ${what}; ${sizeText(sizeBytes)} in ${path}`;
}
