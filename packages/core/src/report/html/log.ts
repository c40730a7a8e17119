import type { LogEntry } from "../types.ts";
import { sayCounts } from "../words.ts";
import { html, link, type Part, short } from "./escape.ts";
import type { Room } from "./room.ts";
import { table } from "./table.ts";

const MOST_NAMES = 20;

/** The pushes as a line of time, the newest first. */
export function logTable(room: Room, entries: readonly LogEntry[]): Part {
  if (entries.length === 0) return html`<p>There is no push to show.</p>`;
  return table(
    room,
    { caption: "Pushes, the newest first", head: ["push", "when", "changed", "touched", "from", "state"], what: "pushes" },
    entries,
    (entry) => [
      String(entry.sequence),
      entry.committedAt === null ? "not known" : html`<time datetime="${entry.committedAt}">${entry.committedAt}</time>`,
      entry.counts === null ? "not known" : sayCounts(entry.counts),
      touched(entry),
      from(entry),
      state(entry),
    ],
  );
}

function touched({ touched: names, more, match }: LogEntry): Part {
  const rest = Math.max(0, (names?.length ?? 0) - MOST_NAMES) + more;
  const list = (names ?? []).slice(0, MOST_NAMES).map((name) => html`<li><bdi>${short(name, 300)}</bdi></li>`);
  return html`<ul>${list}</ul>${rest === 0 ? null : html`<small>and ${rest} more</small>`}${match === "possible" ? html` <b>may have touched it</b>` : null}`;
}

function from({ provenance, runId }: LogEntry): Part {
  const { ci = null, repository = null, commit = null, runUrl = null, trust = null } = provenance ?? {};
  const words = [ci, repository, commit?.slice(0, 12) ?? null, trust].filter((word) => word !== null).join(" ");
  return html`<bdi>${short(words, 300)}</bdi> ${runUrl === null ? html`<small>${short(runId ?? "", 60)}</small>` : link(runUrl)}`;
}

function state({ reverts, revertedBy, undo }: LogEntry): string {
  const words = [
    reverts === null ? "" : `takes push ${reverts} back`,
    revertedBy === null ? "" : `taken back by push ${revertedBy}`,
    undo === null ? "" : "can be taken back from here",
  ];
  return words.filter((word) => word !== "").join("; ") || "in force";
}
