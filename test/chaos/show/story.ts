import type { CommandEnd } from "../jobs/command.ts";
import type { Job } from "../jobs/job.ts";
import type { Upheaval } from "../world/remote.ts";

/** One line a command, and one for each time that the database became another one, in the order of their beginnings (in ms). */
export function tell(jobs: readonly Job[], upheavals: readonly Upheaval[]): readonly string[] {
  const commands = jobs.flatMap(({ plan, steps, rescues }) => {
    const rescued = rescues.map((end) => ({ name: "rescue", end, writes: [] }));
    return [...steps, ...rescued].map(({ name, end, writes }) => ({
      at: end.startedAt,
      line: `job ${plan.job} ${name}${writes.length > 0 ? ` (${writes.length} writes)` : ""}: ${outcomeOf(end)}, until ${round(end.endedAt)}`,
    }));
  });
  const changes = upheavals.map(({ startedAt, endedAt }) => ({
    at: startedAt,
    line: `the database became another one, until ${round(endedAt)}`,
  }));
  return [...commands, ...changes].sort((a, b) => a.at - b.at).map(({ at, line }) => `${round(at)} ${line}`);
}

const round = (ms: number): number => Math.round(ms);

function outcomeOf({ args, exitCode, signal, report }: CommandEnd): string {
  const flags = args.filter((arg, index) => arg === "--allow" || args[index - 1] === "--allow").join(" ");
  const push = report?.push ?? null;
  const pushed = push === null ? "" : ` push ${push.outcome} ${push.sequence ?? ""} ${push.pushId?.slice(0, 8) ?? ""}`;
  const { revert } = report ?? {};
  const reverted = revert === undefined ? "" : ` push ${revert.sequence} ${revert.state} by ${revert.by ?? "-"},`;
  return `${flags} exit ${exitCode ?? signal}, pull ${report?.pull?.outcome ?? "-"},${reverted}${pushed} ${report?.error?.code ?? ""}`.trim();
}
