import { copyFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { inconsistencies } from "../parts/consistency.ts";
import { machine } from "../parts/machine.ts";
import { makeTempDir } from "../parts/temp.ts";
import type { Deed } from "./check/evidence.ts";
import { judge } from "./check/judge.ts";
import { readReceipts } from "./check/read-receipts.ts";
import { judgeReceipts } from "./check/receipts.ts";
import { remoteThings } from "./check/remote-content.ts";
import type { RevertPlan } from "./draw/reverts.ts";
import type { Schedule } from "./draw/schedule.ts";
import type { Engine } from "./engines/engine.ts";
import { said } from "./jobs/finish.ts";
import { Job, type JobWorld } from "./jobs/job.ts";
import { Sweeper } from "./jobs/sweeper.ts";
import type { RunResult } from "./show/result.ts";
import { tell } from "./show/story.ts";
import { Gateway } from "./world/gateway.ts";
import { Remote } from "./world/remote.ts";
import { Strikes } from "./world/strikes.ts";

export interface RunPlace {
  /** The database of a server that somebody has used before. */
  readonly seeded: string;
  readonly engine: Engine;
}

/** One run of the schedule: jobs with faults, the end of each machine without, and the verdict. */
export async function runOne(schedule: Schedule, place: RunPlace): Promise<RunResult> {
  const startedAt = performance.now();
  const folder = await makeTempDir();
  const file = join(folder, "server", "remote.db");
  await mkdir(join(folder, "server"));
  if (!schedule.startsEmpty) for (const end of ["", "-wal"]) await copyFile(place.seeded + end, file + end);
  const remote = await Remote.start(file);
  const strikes = new Strikes();
  const gateway = new Gateway(remote, schedule.world, strikes);
  await gateway.start();
  const sweeper = new Sweeper(remote.url, join(folder, "sweeper"));
  const { engine } = place;
  const world: JobWorld = {
    engine,
    gateway,
    timeoutSeconds: schedule.timeoutSeconds,
    salt: `${schedule.seed}-${schedule.run}`,
    notes: join(folder, "notes"),
    undoDirectory: schedule.hasReverts ? join(folder, "notes", "undo") : null,
    around: { strikes, sweep: () => sweeper.sweep() },
  };
  await mkdir(world.notes);
  await mkdir(join(folder, "sweeper"));
  const jobs = schedule.jobs.map((plan) => new Job(plan, join(folder, `job-${plan.job}`), world));
  try {
    await Promise.all(jobs.map((job) => job.work(jobs.filter(({ plan }) => plan.copyOf === job.plan.job))));
    await gateway.calm();
    const helpers: Job[] = [];
    const elsewhere = async (name: string): Promise<Job> => {
      const helper = new Job(
        { job: jobs.length + helpers.length, writer: "plain", copyOf: null, rounds: [], end: "push" },
        join(folder, name),
        world,
      );
      helpers.push(helper);
      await mkdir(helper.dir);
      return helper;
    };
    const finishes = await Promise.all(jobs.map((job) => engine.finish(job, world.notes, elsewhere)));
    const problems = [...finishes.flatMap((one) => one.problems), ...(await sweeper.finish())];
    if (schedule.lastRevert !== null) problems.push(...(await revertCalmly(await elsewhere("reverts"), schedule.lastRevert)));
    const steps = [...jobs, ...helpers].flatMap((job) => job.steps);
    const sweeps = sweeper.writes.map(
      (write): Deed => ({ ...write, job: -1, begunAt: 0, commands: [{ startedAt: 0, endedAt: Infinity }], isTwofold: false }),
    );
    const receipts = await readReceipts(remote.url);
    const verdict = judge([...deedsOf(jobs), ...sweeps], await remoteThings(remote.url), remote.upheavals, receipts);
    const words = judgeReceipts(
      receipts,
      [...jobs, ...helpers].flatMap((job) =>
        job.steps.map(({ name, end }) => ({ ...end, isTwofold: job.isCopied || name === "revert" })),
      ),
      remote.upheavals,
    );
    const broken = await consistency(remote.url, join(folder, "fresh"));
    const hung = steps.filter(({ end }) => end.hung).map(({ name, end }) => `${name}: ${said(end)}`);
    const unexpected = steps.filter(({ end }) => engine.isUnexpected(end)).map(({ name, end }) => `${name}: ${said(end)}`);
    return {
      run: schedule.run,
      jobs: jobs.length,
      commands: steps.length,
      durationMs: Math.round(performance.now() - startedAt),
      faults: strikes.counts,
      retries: gateway.retries,
      writes: jobs.flatMap((job) => job.steps).flatMap(({ writes }) => writes).length,
      conflicts: steps.reduce((sum, { end }) => sum + (end.report?.conflicts.length ?? 0), 0),
      rescues: finishes.reduce((sum, { rescued }) => sum + rescued, 0),
      reverts: receipts.filter(({ reverts }) => reverts !== null).length,
      lost: [...verdict.lost, ...words.lost],
      doubled: [...verdict.doubled, ...words.doubled],
      hangs: hung,
      problems: [...problems, ...unexpected, ...broken],
      story: tell([...jobs, ...helpers], remote.upheavals),
    };
  } finally {
    for (const job of jobs) await job.remove();
    await gateway.stop();
    await remote.stop();
  }
}

const NOT_REVERTED = /\b(undo-foreign|undo-missing|conflict)\b/;

/** Nothing strikes any more: only what was pushed to another database cannot be taken back, nor what is a conflict that was not wanted. */
async function revertCalmly(machine: Job, plan: RevertPlan): Promise<readonly string[]> {
  const end = await machine.revert(plan);
  // Before an agent is known there is no report of it.
  return end === null || end.exitCode === 0 || NOT_REVERTED.test(said(end)) ? [] : [`revert: ${said(end)}`];
}

function deedsOf(jobs: readonly Job[]): Deed[] {
  return jobs.flatMap((job) => {
    const commands = job.steps.filter(({ name }) => name !== "writer" && name !== "revert").map(({ end }) => end);
    const isTwofold = job.isCopied || job.plan.rounds.some(({ setsAside }) => setsAside);
    return job.steps.flatMap(({ writes, end }) =>
      writes.map((write): Deed => ({ ...write, job: job.plan.job, begunAt: end.startedAt, commands, isTwofold })),
    );
  });
}

/** By the engine's own eyes, and by ours on what anybody gets who pulls now. */
async function consistency(url: string, dir: string): Promise<string[]> {
  await mkdir(dir);
  const fresh = await machine(url, {}, dir);
  const pulled = await fresh.run("pull");
  // Where nobody could push anything there is nothing to look at.
  if (pulled.error?.code === "not-agentfs" && (await remoteThings(url)).length === 0) return [];
  if (pulled.error !== null) return [`a fresh pull: ${pulled.error.code}: ${pulled.error.message}`];
  const { error, findings = [] } = await fresh.run("verify", { verifyRemote: true });
  const found = findings
    .filter(({ rule }) => rule !== "left-behind")
    .map(({ rule, path, what }) => `verify: ${rule}: ${path}: ${what}`);
  const failed = error === null || found.length > 0 ? [] : [`verify: ${error.code}: ${error.message}`];
  return [...found, ...failed, ...inconsistencies(fresh.db).map((line) => `inconsistent: ${line}`)];
}
