import { fstatSync, readdirSync, statSync } from "node:fs";

/**
 * Whether this very process has a file open, found without opening it: closing any descriptor of it would drop the locks of the others.
 * agentfs-sdk 0.6.4 keeps a database open after `close()` until it is garbage-collected, and then writes on in the WAL that it knows;
 * its lock says little, since collecting one that was opened earlier drops that of one opened later.
 * False on Windows, where there is no list of descriptors, and a lock lasts as long as the file is open.
 */
export function isOpenHere(path: string): boolean {
  const file = statSync(path, { bigint: true, throwIfNoEntry: false });
  if (file === undefined) return false;
  return descriptors().some((descriptor) => {
    const open = statOf(descriptor);
    return open !== null && open.ino === file.ino && open.dev === file.dev;
  });
}

function descriptors(): readonly number[] {
  try {
    return readdirSync("/dev/fd").map(Number).filter(Number.isInteger);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

/** Null for one that was closed meanwhile: that of the list itself, for one. */
function statOf(descriptor: number) {
  try {
    return fstatSync(descriptor, { bigint: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EBADF") return null;
    throw error;
  }
}
