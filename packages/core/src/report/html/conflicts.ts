import { sizeText } from "../size.ts";
import type { Conflict, ConflictContents, ConflictSide } from "../types.ts";
import { cutText } from "./cut-text.ts";
import { type Html, html, type Part, short } from "./escape.ts";
import { more, Room } from "./room.ts";
import { table } from "./table.ts";

/** So that long texts leave room for what was changed. */
const LARGEST_TEXT_BYTES = 1_500_000;
/** More than so many are closed at first. */
const MOST_OPEN = 20;

/** What became of each conflict in a table, and then what both sides have, beside each other. */
export function conflictsOf(room: Room, conflicts: readonly Conflict[]): Part {
  const overview = table(
    room,
    {
      caption: "Changed here and by another run",
      head: ["what", "this run's version", "the other version", "kept"],
      what: "conflicts",
    },
    conflicts,
    ({ kind, path, ours, theirs, resolution, oursAt, theirsAt }) => [
      html`${kind} ${name(path)}`,
      html`${ours}; ${place(oursAt)}`,
      html`${theirs}; ${place(theirsAt)}`,
      resolution,
    ],
  );
  const known = conflicts.flatMap((conflict, index) =>
    conflict.contents === undefined ? [] : [{ ...conflict, contents: conflict.contents, number: index + 1 }],
  );
  if (known.length === 0) return overview;
  const texts = new Room(LARGEST_TEXT_BYTES);
  const { shown, left } = room.list(known, (conflict) => besides(texts, conflict, known.length <= MOST_OPEN));
  return html`${overview}<section><h3>What both sides have (${known.length.toLocaleString("en")})</h3>${shown}${more(left, "conflicts")}</section>`;
}

const name = (text: string): Html => html`<bdi>${short(text, 300)}</bdi>`;
const place = (at: string | null): Part => (at === null ? "not kept" : html`at ${name(at)}`);

type Known = Conflict & { readonly contents: ConflictContents; readonly number: number };

function besides(texts: Room, { kind, path, contents, number }: Known, isOpen: boolean): Html {
  const { base, ours, theirs } = contents;
  const side = (title: string, one: ConflictSide | null, other: ConflictSide | null) =>
    html`<div><h4>${title}</h4>${content(texts, one, other, `conflict ${number}: ${title}`)}</div>`;
  return html`<details${isOpen ? html` open` : null}><summary>${number}. ${kind} ${name(path)}</summary><div class="sides">${side("This run's version", ours, theirs)}${side("The other version", theirs, ours)}</div>${
    base === null
      ? null
      : html`<details><summary>Before both</summary>${content(texts, base, null, `conflict ${number}: before both`)}</details>`
  }</details>`;
}

function content(texts: Room, side: ConflictSide | null, other: ConflictSide | null, label: string): Html {
  if (side === null) return html`<p>Nothing is there.</p>`;
  const { kind, sizeBytes, text } = side;
  const what = kind === "file" || kind === "value" ? sizeText(sizeBytes) : kind;
  const shown = text === null ? null : texts.fit(linesOf(text, other?.text ?? null, label));
  return html`<p><small>${what}${shown === null && kind !== "directory" ? "; content not shown" : ""}</small></p>${shown}`;
}

/** Lines that the other side has nowhere are marked. */
function linesOf(text: string, other: string | null, label: string): Html {
  const { lines, left } = cutText(text);
  const whole = text.split("\n");
  const theirs = other === null ? null : new Set(other.split("\n"));
  const isMarked = (index: number) => theirs !== null && !theirs.has(whole[index] ?? "");
  const marked = lines.map((line, index): Part => (isMarked(index) ? html`<mark>${line}</mark>` : line));
  return html`<pre tabindex="0" role="region" aria-label="${label}">${marked}</pre>${more(left, "lines of it")}`;
}
