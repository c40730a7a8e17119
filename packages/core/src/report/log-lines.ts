import type { LogEntry, RevertReport } from "./types.ts";
import { sayCounts } from "./words.ts";

const MOST_NAMES = 5;

/** The pushes, a line each; one line too if there is none. */
export function logLines(entries: readonly LogEntry[]): readonly string[] {
  return entries.length === 0 ? ["no push to show"] : entries.map(logLine);
}

function logLine({
  sequence,
  committedAt,
  counts,
  match,
  provenance,
  runId,
  reverts,
  revertedBy,
  undo,
  touched,
  more,
}: LogEntry): string {
  const from = provenance?.runUrl ?? (runId === null ? null : `run ${runId}`);
  const notes = [
    from === null ? "" : `from ${from}`,
    provenance?.commit == null ? "" : `commit ${provenance.commit.slice(0, 12)}`,
    reverts === null ? "" : `takes push ${reverts} back`,
    revertedBy === null ? "" : `taken back by push ${revertedBy}`,
    match === "possible" ? "may have touched it" : "",
    undo === null ? "" : "can be taken back from here",
  ];
  const changed = counts === null ? "what it changed is not known" : sayCounts(counts);
  const about = [
    `push ${sequence} at ${committedAt ?? "an unknown time"}: ${changed}${named(touched, more)}`,
    ...notes.filter((note) => note !== ""),
  ];
  return about.join("; ");
}

function named(touched: readonly string[] | null, more: number): string {
  if (touched === null || touched.length === 0) return "";
  const left = touched.length - MOST_NAMES + more;
  return ` (${touched.slice(0, MOST_NAMES).join(", ")}${left > 0 ? ` and ${left} more` : ""})`;
}

export function revertLine({ sequence, state, by }: RevertReport): string {
  switch (state) {
    case "reverted":
      return `push ${sequence} is taken back${by === null ? "" : ` by push ${by}`}`;
    case "already-reverted":
      return `push ${sequence} was taken back before${by === null ? "" : `, by push ${by}`}; to bring it back, revert that one`;
    case "nothing-left":
      return `push ${sequence}: nothing of it is left to take back`;
    case "planned":
      return `push ${sequence} would be taken back like this; nothing was changed`;
    case "failed":
      return `push ${sequence} was not taken back`;
  }
}
