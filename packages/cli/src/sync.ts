import {
  buildReport,
  type ConfigInput,
  parseConfig,
  type RunReport,
  runSync,
  type SyncCommand,
  SyncError,
  type SyncIo,
} from "@agentfs-sync/core";
import { jobStatus } from "./ci/detect.ts";
import type { Context } from "./context.ts";
import { type Interrupts, watchInterrupts } from "./interrupts.ts";
import { printReport } from "./output/print-report.ts";
import type { Printer } from "./output/printer.ts";
import { showProgress } from "./output/progress.ts";
import { writeReportFiles } from "./output/report-files.ts";
import { inSection } from "./output/section.ts";

type ReportCommand = Exclude<SyncCommand, "run" | "rescue">;

/** Every command whose result is a report, but `run`: the configuration goes in, the report is printed, its exit code comes back. */
export async function syncAgents(command: ReportCommand, context: Context): Promise<number> {
  const { settings, printer } = context;
  const report = isNothingToDo(command, context) ? buildReport(command, "", Date.now(), []) : await work(command, context);
  printReport(printer, report);
  writeReportFiles(settings, report, printer);
  return report.exitCode;
}

async function work(command: ReportCommand, context: Context): Promise<RunReport> {
  const { settings, printer } = context;
  const config = parseConfig({ ...settings.config, ...inputFor(command, settings.config) });
  using interrupts = watchInterrupts();
  const signal = abortOnInterrupt(interrupts, printer);
  return await inSection(context, `agentfs-sync: ${command}`, () => {
    return withProgress(printer, (io) => runSync(command, config, { ...io, signal }));
  });
}

/** Says in one line why, where a run may do nothing, or a push was not asked for after a job that ended so. */
function isNothingToDo(command: ReportCommand, { settings: { trust, pushOn }, env, printer }: Context): boolean {
  if (command !== "pull" && command !== "push" && command !== "sync") return false;
  if (trust.why !== null) printer.note(trust.why);
  if (trust.trustClass === "none") return true;
  if (command !== "push" || pushOn === "always") return false;
  const status = pushOn === "success" ? jobStatus(env) : null;
  if (status === "success") return false;
  const why = pushOn === "never" ? "" : `the job's status is ${status ?? "not known"}, and `;
  printer.note(`push skipped: ${why}--push-on is ${pushOn}`);
  return true;
}

function inputFor(command: SyncCommand, { remoteUrl }: ConfigInput): Partial<ConfigInput> {
  // What it counts is on the remote.
  if (command === "stats") return { verifyRemote: true };
  // It asks no remote, so that none need be named.
  if (command === "checkpoint") return { remoteUrl: remoteUrl ?? "https://not-asked.invalid/{agent}" };
  return {};
}

/** Work that is all that is going on: it may show how far it is. */
export async function withProgress<T>(printer: Printer, work: (io: SyncIo) => Promise<T>): Promise<T> {
  using display = showProgress(printer);
  return await work({ ...lines(printer), progress: display.update });
}

/** Its lines alone. */
export function lines(printer: Printer): { info: (line: string) => void; verbose: (line: string) => void } {
  return { info: (line) => printer.note(line), verbose: (line) => printer.detail(line) };
}

/** A signal that stops the work at the first interrupt; the next one ends the process at once, as without us. */
export function abortOnInterrupt(interrupts: Interrupts, printer: Printer): AbortSignal {
  const controller = new AbortController();
  interrupts.handle((signal) => {
    printer.note(`${signal}: stopping; once more ends at once`);
    interrupts[Symbol.dispose]();
    controller.abort(new SyncError("aborted", `Interrupted by ${signal}.`));
  });
  return controller.signal;
}
