import { existsSync } from "node:fs";
import { join } from "node:path";
import type { CommandEnd } from "./command.ts";
import type { Job } from "./job.ts";

/** What went wrong although nothing struck any more, in words. */
export interface Finish {
  readonly how: "gone" | "rescued" | "pushed" | "nothing";
  readonly rescued: number;
  readonly problems: readonly string[];
}

const REPLACED = ["--allow", "remote-replaced"];
const MOST_TRIES = 6;

/**
 * The end of a machine, when the faults are over: whoever reported success may be gone, who failed is rescued or pushes once more, by the
 * ways that the hints name. `notes` takes bundle files.
 */
export async function finish(job: Job, notes: string, elsewhere: (name: string) => Promise<Job>): Promise<Finish> {
  const last = job.lastOfItsOwn;
  const hasBundles = await job.keepsBundles();
  if (job.plan.end === "gone" && !hasBundles && last !== undefined && saysPushed(last.end)) {
    return { how: "gone", rescued: 0, problems: [] };
  }
  const failed = last?.end.report;
  if (job.plan.end === "rescue" && failed?.ok === false && failed.push !== null && failed.rescue !== null) {
    return rescueAll(job, notes, elsewhere);
  }
  if (!existsSync(job.workingCopy) && !hasBundles) return { how: "nothing", rescued: 0, problems: [] };
  return pushOnce(job);
}

export const saysPushed = ({ exitCode, report }: CommandEnd): boolean =>
  exitCode === 0 && ["pushed", "pushed-unverified", "unchanged"].includes(report?.push?.outcome ?? "");

async function rescueAll(job: Job, notes: string, elsewhere: (name: string) => Promise<Job>): Promise<Finish> {
  const list = await job.rescue("list");
  const bundles = list.report?.bundles ?? [];
  if (bundles.length === 0) return { how: "rescued", rescued: 0, problems: [`nothing in rescue list: ${said(list)}`] };
  const problems: string[] = [];
  for (const { pushId } of bundles) {
    const file = join(notes, `${pushId}-${job.plan.job}.rescue`);
    const exported = await job.rescue("export", file, "--push-id", pushId);
    if (exported.exitCode !== 0) problems.push(`rescue export: ${said(exported)}`);
    // Whoever finds the file may push it again.
    for (let time = 0; time <= job.plan.job % 2; time++) {
      const machine = await elsewhere(`${pushId}-${job.plan.job}-${time}`);
      const pushed = await withLeave((leave) => machine.rescue("push", file, ...leave));
      if (pushed.exitCode !== 0) problems.push(`rescue push of a file: ${said(pushed)}`);
    }
  }
  return { how: "rescued", rescued: bundles.length, problems };
}

async function withLeave(command: (leave: readonly string[]) => Promise<CommandEnd>): Promise<CommandEnd> {
  const end = await command([]);
  return end.report?.error?.code === "remote-replaced" ? command(REPLACED) : end;
}

async function pushOnce(job: Job): Promise<Finish> {
  const problems: string[] = [];
  const command = job.plan.end === "sync" ? "sync" : "push";
  let leave: readonly string[] = [];
  for (let tries = 1; existsSync(job.workingCopy); tries++) {
    const end = await job.command(command, leave);
    const code = end.report?.error?.code;
    if (end.exitCode === 0) break;
    if (code === "working-copy-torn" && job.mayBeTorn) break;
    if (code === "remote-replaced") leave = REPLACED;
    else if (code === "pull-incomplete") await job.command("pull", leave);
    else problems.push(`${command}: ${said(end)}`);
    if (problems.length > 0 || tries === MOST_TRIES) break;
  }
  if (!(await job.keepsBundles())) return { how: "pushed", rescued: 0, problems };
  const bundles = (await job.rescue("list")).report?.bundles ?? [];
  for (const { pushId } of bundles) {
    const pushed = await withLeave((allowed) => job.rescue("push", "--push-id", pushId, ...allowed));
    if (pushed.exitCode !== 0) problems.push(`rescue push of what is kept: ${said(pushed)}`);
  }
  return { how: "pushed", rescued: bundles.length, problems };
}

export function said({ exitCode, signal, report, stderr, hung }: CommandEnd): string {
  const error = report?.error;
  const what = error === null || error === undefined ? stderr.trim().slice(-600) : `${error.code}: ${error.message}`;
  return `${hung ? "hung" : `exit ${exitCode ?? signal}`}: ${what}`;
}
