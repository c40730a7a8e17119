import type { Upheaval } from "../world/remote.ts";
import type { JournalledWrite } from "../writer/journal.ts";

/** A process of a machine that may have sent what had been written before. Times are of `performance.now()`. */
interface Span {
  readonly startedAt: number;
  readonly endedAt: number;
}

/** A write with what the checker knows of it besides. */
export interface Deed extends JournalledWrite {
  readonly job: number;
  /** The beginning of the process that wrote it: `run` may have pushed it long before its own end. */
  readonly begunAt: number;
  /** The commands of its machine, its own among them if it was written inside one. */
  readonly commands: readonly Span[];
  /** Its folder was copied, or changes were set aside: the same thing may then come by two ways, and come back. */
  readonly isTwofold: boolean;
}

/**
 * Whether the remote alone may have held the write when it became another database: then it is lost with it, and nobody's fault. It must be
 * there if no command ran between the write and the end of the last upheaval.
 */
export function mayBeForgotten({ begunAt, commands }: Deed, upheavals: readonly Upheaval[]): boolean {
  const last = upheavals.at(-1);
  if (last === undefined || begunAt > last.endedAt) return false;
  return commands.some(({ startedAt, endedAt }) => endedAt >= begunAt && startedAt < last.endedAt);
}
