import { Draw } from "./draw.ts";
import { FAULTS, type FaultKind } from "./fault-kinds.ts";
import { type CommandFault, drawCommandFault, drawWorldFault, isOfWorld, type WorldFault } from "./faults.ts";
import { drawProgram, type Write } from "./program.ts";
import { drawRevert, type RevertPlan } from "./reverts.ts";

/** `run`: pull, writer and push by one command. `steps`: by one each. `sync`: the writer, then `sync`. */
export type RoundStyle = "run" | "steps" | "sync";

export interface RoundPlan {
  readonly style: RoundStyle;
  readonly pauseMs: number;
  readonly program: readonly Write[];
  readonly setsAside: boolean;
  /** At most one a command. */
  readonly faults: readonly CommandFault[];
  /** After it. */
  readonly revert: RevertPlan | null;
}

export interface JobPlan {
  readonly job: number;
  /** How it writes: stock SQLite, or agentfs-sdk. */
  readonly writer: "plain" | "sdk";
  /** It starts with a copy of the whole folder of that job, taken after that job's first round. */
  readonly copyOf: number | null;
  readonly rounds: readonly RoundPlan[];
  /**
   * What becomes of the machine when the faults are over. `gone`: removed if its last push succeeded; `rescue`: removed if it failed, its
   * bundles pushed from elsewhere; else it pushes once more.
   */
  readonly end: "gone" | "rescue" | "push" | "sync";
}

/** All that a run does, as data. Times are in the hands of the machine: two runs of one schedule need not end alike. */
export interface Schedule {
  readonly seed: number;
  readonly run: number;
  readonly startsEmpty: boolean;
  readonly timeoutSeconds: number;
  readonly jobs: readonly JobPlan[];
  readonly world: readonly WorldFault[];
  /** Whether pushes are taken back. */
  readonly hasReverts: boolean;
  /** By a new machine, when the faults are over. */
  readonly lastRevert: RevertPlan | null;
}

/** With `hasReverts` it is the same schedule, and some jobs take pushes back between. */
export function drawSchedule(
  seed: number,
  run: number,
  jobCount: number,
  kinds: readonly FaultKind[],
  hasReverts = false,
): Schedule {
  const draw = new Draw(seed, run, jobCount);
  const strikes = Array.from({ length: draw.int(1, jobCount + 2) }, () => drawKind(draw, kinds));
  // Several servers' worth of trouble in one run would leave nobody to work.
  const ofWorld = strikes.filter(isOfWorld).slice(0, 2);
  const ofJobs = strikes.filter((kind) => !isOfWorld(kind)).map((kind) => ({ kind, job: draw.int(0, jobCount - 1) }));
  const revertAfter = (job: number, round: number, of = kinds) =>
    hasReverts ? drawRevert([seed, run, jobCount], job, round, of) : null;
  const jobs = Array.from({ length: jobCount }, (_, job): JobPlan => {
    const plan = drawJob(
      new Draw(seed, run, jobCount, job + 1),
      job,
      ofJobs.filter((strike) => strike.job === job).map(({ kind }) => kind),
    );
    return { ...plan, rounds: plan.rounds.map((round, index) => ({ ...round, revert: revertAfter(job, index) })) };
  });
  const world = ofWorld.map((kind) => drawWorldFault(draw, kind, jobCount));
  const startsEmpty = draw.chance(0.4);
  const timeoutSeconds = Math.max(5, Math.ceil(jobCount * 0.8));
  return { seed, run, startsEmpty, timeoutSeconds, jobs, world, hasReverts, lastRevert: revertAfter(jobCount, 0, []) };
}

const drawKind = (draw: Draw, kinds: readonly FaultKind[]): FaultKind =>
  draw.weighted(Object.fromEntries(kinds.map((kind) => [kind, FAULTS[kind].weight])) as Partial<Record<FaultKind, number>>);

function drawJob(draw: Draw, job: number, strikes: readonly FaultKind[]): JobPlan {
  const roundCount = draw.int(1, 2);
  // Most in the last one: what nobody pushes afterwards shows best whether it was lost.
  const byRound = strikes.map((kind) => ({ kind, round: draw.chance(0.5) ? roundCount - 1 : draw.int(0, roundCount - 1) }));
  const rounds = Array.from({ length: roundCount }, (_, round) =>
    drawRound(
      draw,
      job,
      round,
      byRound.filter((strike) => strike.round === round).map(({ kind }) => kind),
    ),
  );
  return {
    job,
    writer: draw.chance(0.2) ? "sdk" : "plain",
    copyOf: job > 0 && draw.chance(0.25) ? draw.int(0, job - 1) : null,
    rounds,
    end: draw.weighted({ gone: 4, rescue: 4, push: 2, sync: 3 }),
  };
}

function drawRound(draw: Draw, job: number, round: number, strikes: readonly FaultKind[]): RoundPlan {
  const style: RoundStyle = strikes.some((kind) => FAULTS[kind].family === "disk")
    ? "steps"
    : draw.weighted({ run: 5, steps: 3, sync: 2 });
  const isLarge = strikes.includes("sweep") || draw.chance(0.08);
  const faults = strikes.map((kind) => drawCommandFault(draw, kind, style));
  return {
    style,
    pauseMs: draw.int(0, 150),
    program: drawProgram(draw, job, round, isLarge),
    setsAside: draw.chance(0.2),
    faults: faults.filter((fault, index) => faults.findIndex(({ command }) => command === fault.command) === index),
    revert: null,
  };
}
