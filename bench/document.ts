import { readFileSync, writeFileSync } from "node:fs";

const [BEGIN, END] = ["<!-- figures -->", "<!-- /figures -->"];

/** Puts the figures into a document, between its two marks. Throws if it has none. */
export function writeFigures(path: string, figures: string): void {
  const text = readFileSync(path, "utf8");
  const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`${path} has no ${BEGIN} … ${END}`);
  writeFileSync(path, `${text.slice(0, begin + BEGIN.length)}\n${figures.trim()}\n${text.slice(end)}`);
}
