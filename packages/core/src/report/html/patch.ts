import { type Html, html, type Part, short } from "./escape.ts";

const MOST_LINES = 400;
const MOST_LINE_CHARACTERS = 400;
const MOST_CHARACTERS = 20_000;

/** A unified diff without its head, which names the file; what is new and what is old are told by more than their colour. */
export function patch(text: string, label: string): Html {
  const lines = text
    .replace(/^--- .*\n\+\+\+ .*\n/, "")
    .replace(/\n$/, "")
    .split("\n");
  const shown: Part[] = [];
  let characters = 0;
  for (const line of lines) {
    if (shown.length === MOST_LINES || characters > MOST_CHARACTERS) break;
    const cut = short(line, MOST_LINE_CHARACTERS);
    characters += cut.length + 1;
    shown.push(lineOf(`${cut}\n`));
  }
  const left = lines.length - shown.length;
  return html`<pre tabindex="0" role="region" aria-label="${label}">${shown}</pre>${left === 0 ? null : html`<p class="cut">… and ${left} more lines of it, which are not shown here.</p>`}`;
}

function lineOf(line: string): Part {
  if (line.startsWith("+")) return html`<ins>${line}</ins>`;
  return line.startsWith("-") ? html`<del>${line}</del>` : line;
}
