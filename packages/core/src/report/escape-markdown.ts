import { showUnseen } from "./unseen.ts";

/** A cell or line longer than this is cut: names of files may be long, and the page is for people. */
const MOST_CHARACTERS = 500;

/** Letters, digits and harmless signs as they are, all else as a numeric reference: inert in Markdown and in HTML alike. */
export function escapeMarkdown(text: string): string {
  const line = showUnseen(text.replace(/\s+/g, " "));
  const characters = [...line];
  const short = characters.length <= MOST_CHARACTERS ? line : `${characters.slice(0, MOST_CHARACTERS - 1).join("")}…`;
  // A name that begins so is made a link.
  const inert = short.replace(/[^\p{L}\p{N} .,;=%+'…-]/gu, (sign) => `&#${sign.codePointAt(0)};`);
  return inert.replace(/(www)\./gi, "$1&#46;");
}

/** As many of the lines as the size allows, without a fold that is cut; the last one then says that there is more. */
export function bounded(lines: readonly string[], mostBytes: number, rest: string): readonly string[] {
  let sizeBytes = Buffer.byteLength(rest) + 1;
  const cut = lines.findIndex((line) => {
    sizeBytes += Buffer.byteLength(line) + 1;
    return sizeBytes > mostBytes;
  });
  if (cut < 0) return lines;
  const shown = lines.slice(0, cut);
  const fold = shown.findLastIndex((line) => line.startsWith("<details>"));
  return [...(fold > shown.lastIndexOf("</details>") ? shown.slice(0, fold) : shown), rest];
}

/** A table, with everything in it escaped. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const line = (cells: readonly string[]) => `| ${cells.map(escapeMarkdown).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)];
}
