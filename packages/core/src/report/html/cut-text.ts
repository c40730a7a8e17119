import { short } from "./escape.ts";

const MOST_LINES = 400;
const MOST_LINE_CHARACTERS = 400;
const MOST_CHARACTERS = 20_000;

/** The lines of a text that are shown, each with its line break, and how many are not. */
export function cutText(text: string): { readonly lines: readonly string[]; readonly left: number } {
  const all = text.replace(/\n$/, "").split("\n");
  const lines: string[] = [];
  let characters = 0;
  for (const line of all) {
    if (lines.length === MOST_LINES || characters > MOST_CHARACTERS) break;
    const cut = short(line, MOST_LINE_CHARACTERS);
    characters += cut.length + 1;
    lines.push(`${cut}\n`);
  }
  return { lines, left: all.length - lines.length };
}
