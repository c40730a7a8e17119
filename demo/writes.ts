/** One thing that an agent wrote, or that was found later: enough to tell whether it is the same. */
export interface Write {
  readonly kind: "file" | "key" | "tool call";
  /** Path, key, or name of the tool. */
  readonly name: string;
  /** SHA-256 of the content, in hexadecimal. */
  readonly digest: string;
}

/** What a job noted about itself. */
export interface Job {
  readonly machine: string;
  readonly writes: readonly Write[];
}

/**
 * Compares what all jobs wrote with what the last machine found, and says in words what is not as it should be: a write
 * that is missing, holds something else, or is there twice. Empty if all is well. A job that wrote nothing is a fault too.
 */
export function faultsOf(jobs: readonly Job[], found: readonly Write[]): readonly string[] {
  const faults: string[] = [];
  for (const { machine, writes } of jobs) {
    if (writes.length === 0) faults.push(`machine ${machine} wrote nothing`);
    for (const write of writes) {
      const named = found.filter((other) => other.kind === write.kind && other.name === write.name);
      const equal = named.filter((other) => other.digest === write.digest).length;
      const what = `the ${write.kind} ${write.name} of machine ${machine}`;
      if (equal === 0 && (named.length === 0 || write.kind === "tool call")) faults.push(`${what} is missing`);
      else if (equal === 0) faults.push(`${what} holds something else`);
      else if (equal > 1) faults.push(`${what} is there ${equal} times`);
    }
  }
  return faults;
}
