import { failedReport, type RunReport, toSyncError } from "@agentfs-sync/core";
import type { Printer } from "./output/printer.ts";

/** Prints an error that ended the whole command, and returns the exit code. */
export function fail(printer: Printer, command: string | null, thrown: unknown): number {
  const report = failedReport("status", thrown);
  printer.error(report.error);
  const error = toSyncError(thrown);
  // A bug of ours is the one case where the place in the code helps; it is shown on demand only.
  if (error.code === "internal") printer.detail(stackOf(error.cause));
  if (printer.json) printer.object({ ...report, command } satisfies Omit<RunReport, "command"> & { command: string | null });
  return error.exitCode;
}

const stackOf = (cause: unknown): string => (cause instanceof Error ? (cause.stack ?? cause.message) : String(cause));
