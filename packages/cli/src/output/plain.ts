import { showUnseen } from "@agentfs-sync/core";
import { neutral } from "./neutral.ts";

/**
 * A text that is not ours as one harmless line: it may come from a server, and a CI reads commands in it, a terminal escape sequences. Who
 * reads it in a history or before a revert has to see the name that is there: marks that hide or turn round a text show as `\u{202e}`.
 */
export function oneLine(text: string): string {
  return neutral(
    showUnseen(
      text
        .replace(/\s*[\r\n]+\s*/g, " | ")
        // biome reads control characters in a regular expression as a mistake, so they are named by their category.
        .replace(/(?!\t)\p{Cc}/gu, "?"),
    ),
  );
}
