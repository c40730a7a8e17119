const KEPT = 64;

/** Remembers what was read of the last files; only for files that nobody changes any more. */
export function remembered<T>(read: (path: string) => T): (path: string) => T {
  const known = new Map<string, T>();
  return (path) => {
    const found = known.get(path);
    if (found !== undefined) return found;
    const value = read(path);
    known.set(path, value);
    for (const oldest of known.keys()) {
      if (known.size <= KEPT) break;
      known.delete(oldest);
    }
    return value;
  };
}
