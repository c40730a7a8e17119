import { Draw } from "./draw.ts";
import { FAULTS, type FaultKind } from "./fault-kinds.ts";
import { type CommandFault, drawCommandFault } from "./faults.ts";

/** A push that a job takes back: one of those whose undo bundle is in the folder that all jobs keep. */
export interface RevertPlan {
  /** By its number, or by the file itself. */
  readonly by: "sequence" | "file";
  /** How many pushes before the newest one. */
  readonly back: number;
  /** None by which a revert takes away what a later push has written. */
  readonly conflict: "keep-both" | "theirs" | "fail";
  readonly fault: CommandFault | null;
}

/** Sets these draws apart from those of the jobs: a schedule without reverts is the same one without them. */
const STREAM = 0x7e7e;

/** What the job takes back after that round, if anything; `round` may be one past the last: that of the end. */
export function drawRevert(seed: readonly number[], job: number, round: number, kinds: readonly FaultKind[]): RevertPlan | null {
  const draw = new Draw(...seed, job, round, STREAM);
  if (!draw.chance(0.5)) return null;
  const plan = {
    by: draw.pick(["sequence", "file"] as const),
    back: draw.weighted({ "0": 5, "1": 3, "2": 2 }),
    conflict: draw.weighted({ "keep-both": 4, theirs: 4, fail: 1 }),
  };
  const strikes = kinds.filter(canStrike);
  const isStruck = strikes.length > 0 && draw.chance(0.5);
  return { ...plan, back: Number(plan.back), fault: isStruck ? drawCommandFault(draw, draw.pick(strikes), "revert") : null };
}

/** Disks are mounted for a whole job, and only what stages in an order that is known is swept under. */
function canStrike(kind: FaultKind): boolean {
  const { family } = FAULTS[kind];
  return kind !== "sweep" && (family === "process" || family === "request" || family === "clock");
}
