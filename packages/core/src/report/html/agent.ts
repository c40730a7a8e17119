import { sizeText } from "../size.ts";
import type { AgentReport, ChangesReport, KeyDiff, PushReport } from "../types.ts";
import { sayCounts } from "../words.ts";
import { callTable } from "./calls.ts";
import { conflictsOf } from "./conflicts.ts";
import { type Html, html, type Part, short } from "./escape.ts";
import { fileTree } from "./files.ts";
import { logTable } from "./log.ts";
import type { Room } from "./room.ts";
import { table } from "./table.ts";

const MOST_CHARACTERS = 2000;

export function agentSection(room: Room, report: AgentReport): Html {
  const { agent, ok, conflicts, error, rescue, findings = [], log, revert } = report;
  const changes = report.changes ?? report.diff ?? null;
  return html`<article aria-label="agent ${agent}"><h2><bdi>${agent}</bdi> <span class="${ok ? "good" : "failed"}">${ok ? "✓ done" : "✗ failed"}</span></h2>
${error === null ? null : html`<p class="failed"><b>${error.code}</b>: <bdi>${short(error.message, MOST_CHARACTERS)}</bdi></p><p>What to do next: <bdi>${short(error.hint, MOST_CHARACTERS)}</bdi></p>`}
<dl>${facts(report).map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
${rescue === null ? null : html`<p>What could not be pushed is kept in <bdi>${short(rescue, MOST_CHARACTERS)}</bdi>.</p>`}
${revert === undefined ? null : html`<p>Push ${revert.sequence} (<code>${revert.pushId}</code>): <b>${revert.state}</b>${revert.by === null ? "" : `, by push ${revert.by}`}.</p>`}
${conflictsOf(room, conflicts)}${changes === null ? null : changesOf(room, changes)}
${table(room, { caption: "What breaks a rule", head: ["where", "what", "rule"], what: "findings" }, findings, ({ path, what, rule }) => [name(path), what, rule])}
${log === undefined ? null : logTable(room, log)}</article>`;
}

const name = (text: string): Html => html`<bdi>${short(text, 300)}</bdi>`;

function facts({ pull, push, status, diff }: AgentReport): readonly (readonly [string, Part])[] {
  return [
    ...(pull === null ? [] : [["pull", `${pull.outcome}, ${sizeText(pull.bytesReceived)} received`] as const]),
    ...(push === null ? [] : [["push", pushed(push)] as const, ["changed", sayCounts(push)] as const]),
    ...(push?.pushId == null ? [] : [["push id", html`<code>${push.pushId}</code>`] as const]),
    ...(diff === undefined ? [] : [["working copy", diff.workingCopy] as const]),
    ...(status === undefined ? [] : [["working copy", status.workingCopy] as const, ["remote", name(status.remoteUrl)] as const]),
  ];
}

const pushed = ({ outcome, sequence, bytesSent }: PushReport) =>
  `${outcome}${sequence === null ? "" : ` as push ${sequence}`}, ${sizeText(bytesSent)} sent`;

function changesOf(room: Room, { files, keys, toolCalls, rows, schema }: ChangesReport): Html {
  // The files last: they may be many, and the others are to be seen.
  const others = [
    table(room, { caption: "Keys", head: ["key", "did", "before", "after"], what: "keys" }, keys, ({ key, ...change }) => [
      name(key),
      ...values(change),
    ]),
    callTable(room, toolCalls),
    table(
      room,
      { caption: "Rows of other tables", head: ["row", "did", "before", "after"], what: "rows" },
      rows,
      ({ table: of, key, ...change }) => [html`${name(of)} ${name(key)}`, ...values(change)],
    ),
    table(
      room,
      { caption: "Schema", head: ["name", "kind", "definition"], what: "definitions" },
      schema,
      ({ type, name: of, sql }) => [name(of), type, html`<code>${short(sql, MOST_CHARACTERS)}</code>`],
    ),
  ];
  return html`${fileTree(room, files)}${others}`;
}

function values({ did, before, after }: Pick<KeyDiff, "did" | "before" | "after">): readonly Part[] {
  const value = (text: string | null) =>
    text === null ? html`<small>none</small>` : html`<code>${short(text, MOST_CHARACTERS)}</code>`;
  return [html`<b class="${did}">${did}</b>`, value(before), value(after)];
}
