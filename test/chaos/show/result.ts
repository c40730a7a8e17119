import type { FaultKind } from "../draw/fault-kinds.ts";

/** What one run came to. The lists say in words what was wrong; all of them are empty in a good run. */
export interface RunResult {
  readonly run: number;
  readonly jobs: number;
  readonly commands: number;
  readonly durationMs: number;
  readonly faults: Readonly<Partial<Record<FaultKind, number>>>;
  readonly retries: number;
  readonly writes: number;
  readonly conflicts: number;
  readonly rescues: number;
  /** Pushes that took another one back. */
  readonly reverts: number;
  readonly lost: readonly string[];
  readonly doubled: readonly string[];
  readonly hangs: readonly string[];
  /** Anything else that no fault explains: a command that fails when nothing strikes, an error that is a bug, a remote that is inconsistent. */
  readonly problems: readonly string[];
  /** What each command said, in the order of their beginnings. */
  readonly story: readonly string[];
}

export const isGood = ({ lost, doubled, hangs, problems }: RunResult): boolean =>
  lost.length + doubled.length + hangs.length + problems.length === 0;
