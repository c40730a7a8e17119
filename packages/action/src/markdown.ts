/** A cell or line longer than this is cut: names of files may be long, and the page is for people. */
const MOST_CHARACTERS = 500;

/** Letters, digits and harmless signs as they are, all else as a numeric reference: inert in Markdown and in HTML alike. */
export function escapeMarkdown(text: string): string {
  const line = text.replace(/\s+/g, " ");
  const characters = [...line];
  const short = characters.length <= MOST_CHARACTERS ? line : `${characters.slice(0, MOST_CHARACTERS - 1).join("")}…`;
  return short.replace(/[^\p{L}\p{N} .,;=%+'…-]/gu, (sign) => `&#${sign.codePointAt(0)};`);
}

/** A table, with everything in it escaped. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const line = (cells: readonly string[]) => `| ${cells.map(escapeMarkdown).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)];
}
