import { createHash } from "node:crypto";
import type { RunReport } from "../types.ts";
import { agentSection } from "./agent.ts";
import { Html, html, link, short } from "./escape.ts";
import { more, Room } from "./room.ts";
import { STYLE } from "./style.ts";

/** The largest page that is made, in bytes, but for the frame. */
const LARGEST_BYTES = 4_500_000;

/** Nothing is fetched, nothing runs, nothing is sent, whatever the page holds. */
const policy = () =>
  `default-src 'none'; style-src 'sha256-${createHash("sha256").update(STYLE).digest("base64")}'; base-uri 'none'; form-action 'none'`;

/**
 * A report as one page that needs nothing else: no script, no network. All that comes from outside is escaped; what is too much is left
 * out, and the page says what.
 * @example await writeFile("report.html", renderHtml(report))
 */
export function renderHtml(report: AnyReport): string {
  const room = new Room(LARGEST_BYTES);
  const { shown, left } = agentsIn(room, report);
  const title = `agentfs-sync ${report.command}`;
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta http-equiv="Content-Security-Policy" content="${new Html(policy())}"><meta name="referrer" content="no-referrer"><title>${title}</title><style>${new Html(STYLE)}</style></head>
<body><header><h1>${title}: <span class="${report.ok ? "good" : "failed"}">${report.ok ? "✓ done" : "✗ failed"}</span></h1>${frame(report)}</header>
<main>${shown}${more(left, "agents")}</main></body></html>
`.text;
}

/** `run` ends as its command did, with any exit code. */
type AnyReport = Omit<RunReport, "exitCode"> & { readonly exitCode: number };

/** Each agent gets its part of the room first, so that none takes it from all others. */
function agentsIn(room: Room, { agents }: Pick<RunReport, "agents">): { readonly shown: readonly Html[]; readonly left: number } {
  const shown: Html[] = [];
  for (const [index, agent] of agents.entries()) {
    const share = new Room(Math.floor(LARGEST_BYTES / agents.length));
    const section = room.fit(agentSection(share, agent));
    if (section === null) return { shown, left: agents.length - index };
    shown.push(section);
  }
  return { shown, left: 0 };
}

function frame({ runId, durationMs, startedAt, provenance, exitCode }: AnyReport): Html {
  const { ci = null, repository = null, commit = null, runUrl = null, trust = null } = provenance ?? {};
  const rows = [
    ["started", startedAt ?? null],
    ["took", `${(durationMs / 1000).toFixed(1)} s`],
    ["exit code", String(exitCode)],
    ["run", runId === "" ? null : runId],
    ["CI", ci],
    ["repository", repository],
    ["commit", commit],
    ["trust", trust],
  ] as const;
  const known = rows.filter(([, value]) => value !== null);
  return html`<dl>${known.map(([name, value]) => html`<div><dt>${name}</dt><dd><bdi>${short(value ?? "", 300)}</bdi></dd></div>`)}${
    runUrl === null ? null : html`<div><dt>run page</dt><dd>${link(runUrl)}</dd></div>`
  }</dl>`;
}
