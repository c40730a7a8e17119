import type { ToolCallDiff } from "../types.ts";
import { type Html, html, type Part, short } from "./escape.ts";
import type { Room } from "./room.ts";
import { table } from "./table.ts";

const MOST_CHARACTERS = 500;
const WIDTH = 200;

/** Tool calls on a line of time, in words for whoever does not see it. */
export function callTable(room: Room, calls: readonly ToolCallDiff[]): Part {
  const sorted = [...calls].sort((a, b) => (a.startedAt ?? "").localeCompare(b.startedAt ?? "") || a.id - b.id);
  const times = sorted.flatMap(({ startedAt, durationMs }) => {
    const start = startedAt === undefined || startedAt === null ? Number.NaN : Date.parse(startedAt);
    return Number.isNaN(start) ? [] : [start, start + (durationMs ?? 0)];
  });
  const span = { from: Math.min(...bounded(times)), to: Math.max(...bounded(times)) };
  return table(
    room,
    { caption: "Tool calls", head: ["call", "did", "status", "started", "took", "when", "error"], what: "tool calls" },
    sorted,
    (call) => [
      html`<bdi>${short(call.name, MOST_CHARACTERS)}</bdi> <small>${call.id}</small>`,
      html`<b class="${call.did}">${call.did}</b>`,
      status(call),
      call.startedAt ?? "",
      call.durationMs === undefined || call.durationMs === null ? "" : `${call.durationMs.toLocaleString("en")} ms`,
      bar(call, span),
      call.error === undefined || call.error === null ? null : html`<bdi>${short(call.error, MOST_CHARACTERS)}</bdi>`,
    ],
  );
}

/** Arguments of `Math.min` are on the stack. */
const bounded = (times: readonly number[]) => [
  times.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY),
  times.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY),
];

function status({ before, after }: ToolCallDiff): Html {
  const now = after ?? before ?? "";
  const words = before !== null && after !== null && before !== after ? `${before} → ${after}` : now;
  return html`<span class="${now === "error" ? "failed" : ""}">${now === "error" ? "✗ " : ""}${short(words, MOST_CHARACTERS)}</span>`;
}

function bar({ startedAt, durationMs, after }: ToolCallDiff, { from, to }: { readonly from: number; readonly to: number }): Part {
  const start = startedAt === undefined || startedAt === null ? Number.NaN : Date.parse(startedAt);
  if (Number.isNaN(start)) return null;
  const scale = to > from ? WIDTH / (to - from) : 0;
  const width = Math.max(2, (durationMs ?? 0) * scale);
  const x = Math.min((start - from) * scale, WIDTH - width);
  return html`<svg width="${WIDTH}" height="10" viewBox="0 0 ${WIDTH} 10" aria-hidden="true" focusable="false"><rect class="line" x="0" y="4" width="${WIDTH}" height="2"></rect><rect class="${after === "error" ? "bad" : "good"}" x="${x.toFixed(1)}" y="1" width="${width.toFixed(1)}" height="8"></rect></svg>`;
}
