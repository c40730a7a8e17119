/**
 * The known name that was probably meant, or null if none is near: one that holds what was typed, or the one with the
 * fewest typing errors, of which a third of the letters may be wrong.
 * @example nearest("pul", ["pull", "push"]) // "pull"
 */
export function nearest(typed: string, known: readonly string[]): string | null {
  const word = typed.toLowerCase();
  const ranked = known.map((name) => ({ name, errors: typingErrors(word, name) })).sort((a, b) => a.errors - b.errors);
  const [best] = ranked;
  if (best !== undefined && best.errors <= Math.max(1, Math.floor(Math.max(word.length, best.name.length) / 3))) return best.name;
  return (word.length < 3 ? undefined : known.find((name) => name.includes(word))) ?? null;
}

/** Letters added, left out, replaced or swapped with the next one (optimal string alignment). */
function typingErrors(a: string, b: string): number {
  const rows = Array.from({ length: a.length + 1 }, (_, i) => Array.from({ length: b.length + 1 }, (_, j) => (i === 0 ? j : i)));
  const at = (i: number, j: number): number => rows[i]?.[j] ?? 0;
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const cost = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + (same ? 0 : 1));
      const row = rows[i];
      if (row !== undefined) row[j] = swapped ? Math.min(cost, at(i - 2, j - 2) + 1) : cost;
    }
  }
  return at(a.length, b.length);
}
