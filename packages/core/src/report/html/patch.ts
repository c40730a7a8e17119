import { cutText } from "./cut-text.ts";
import { type Html, html, type Part } from "./escape.ts";
import { more } from "./room.ts";

/** A unified diff without its head, which names the file; what is new and what is old are told by more than their colour. */
export function patch(text: string, label: string): Html {
  const { lines, left } = cutText(text.replace(/^--- .*\n\+\+\+ .*\n/, ""));
  return html`<pre tabindex="0" role="region" aria-label="${label}">${lines.map(lineOf)}</pre>${more(left, "lines of it")}`;
}

function lineOf(line: string): Part {
  if (line.startsWith("+")) return html`<ins>${line}</ins>`;
  return line.startsWith("-") ? html`<del>${line}</del>` : line;
}
