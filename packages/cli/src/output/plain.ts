/**
 * A text that is not ours as one harmless line: it may come from a server, and a CI reads `::` at the start of a line and
 * `##[` anywhere as a command, a terminal reads escape sequences.
 */
export function oneLine(text: string): string {
  return (
    text
      .replace(/\s*[\r\n]+\s*/g, " | ")
      // biome reads control characters in a regular expression as a mistake, so they are named by their category.
      .replace(/(?!\t)\p{Cc}/gu, "?")
      .replaceAll("##[", "## [")
      .replace(/^(\s*)::/, "$1: :")
  );
}
