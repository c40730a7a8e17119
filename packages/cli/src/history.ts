import { type RevertRequest, type RunReport, runLog, runRevert, SyncError } from "@agentfs-sync/core";
import type { Context } from "./context.ts";
import { watchInterrupts } from "./interrupts.ts";
import { printReport } from "./output/print-report.ts";
import { writeReportFiles } from "./output/report-files.ts";
import { abortOnInterrupt, lines } from "./sync.ts";

type Io = Parameters<typeof runLog>[2];

/** `log`: what was pushed. */
export async function log(context: Context): Promise<number> {
  const { limit, path, config } = context.settings;
  return withReport(context, (io) => runLog({ limit, path }, config, io));
}

/** `revert FILE|SEQUENCE`. */
export async function revert(context: Context): Promise<number> {
  const { settings, invocation } = context;
  const request = { what: whatOf(invocation.args[0]), isDryRun: settings.isDryRun };
  return withReport(context, (io) => runRevert(request, settings.config, io));
}

async function withReport({ settings, printer }: Context, work: (io: Io) => Promise<RunReport>): Promise<number> {
  using interrupts = watchInterrupts();
  const report = await work({ ...lines(printer), signal: abortOnInterrupt(interrupts, printer) });
  printReport(printer, report);
  writeReportFiles(settings, report, printer);
  return report.exitCode;
}

/** @throws SyncError `usage` */
function whatOf(argument: string | undefined): RevertRequest["what"] {
  if (argument === undefined) {
    throw new SyncError("usage", "`revert` needs to be told which push: its number or its undo bundle.", {
      hint: "`agentfs-sync log` shows the numbers, `agentfs-sync revert --help` how it is used.",
    });
  }
  return /^\d+$/.test(argument) ? { sequence: Number(argument) } : { file: argument };
}
