/** Joins letters of some scripts, and emoji. */
const JOINERS = ["\u200c", "\u200d"];

/**
 * A text in which everything shows: control characters (a terminal and the runner act on them) and marks that hide or turn round what
 * follows become `\u{202e}`. Line breaks and tabs stay.
 */
export function showUnseen(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (sign) =>
    sign === "\n" || sign === "\t" || JOINERS.includes(sign) ? sign : `\\u{${sign.codePointAt(0)?.toString(16)}}`,
  );
}
