import { neutral } from "./neutral.ts";

/** A text that is not ours as one harmless line: it may come from a server, and a CI reads commands in it, a terminal escape sequences. */
export function oneLine(text: string): string {
  return neutral(
    text
      .replace(/\s*[\r\n]+\s*/g, " | ")
      // biome reads control characters in a regular expression as a mistake, so they are named by their category.
      .replace(/(?!\t)\p{Cc}/gu, "?"),
  );
}
