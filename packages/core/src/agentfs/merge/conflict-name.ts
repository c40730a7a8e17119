const MOST_BYTES = 255;

/**
 * `a.conflict-<suffix>.txt` for `a.txt`, with a counter until nobody has it. What a directory or a key is called has no extension.
 * @example conflictName("a.txt", "0123abcd", true, () => false) // "a.conflict-0123abcd.txt"
 */
export function conflictName(name: string, suffix: string, hasExtension: boolean, isTaken: (name: string) => boolean): string {
  const dot = hasExtension ? name.lastIndexOf(".") : -1;
  const [stem, extension] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ""];
  for (let count = 1; ; count++) {
    const mark = `.conflict-${suffix}${count === 1 ? "" : `-${count}`}`;
    const end = Buffer.byteLength(mark + extension) < MOST_BYTES / 2 ? mark + extension : mark;
    const found = cut(stem, MOST_BYTES - Buffer.byteLength(end)) + end;
    if (!isTaken(found)) return found;
  }
}

/** The longest beginning of so many bytes that holds no half character. */
function cut(text: string, bytes: number): string {
  let length = 0;
  let end = 0;
  for (const character of text) {
    length += Buffer.byteLength(character);
    if (length > bytes) break;
    end += character.length;
  }
  return text.slice(0, end);
}
