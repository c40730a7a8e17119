import type { RunConfig } from "../config/types.ts";
import type { ErrorCode } from "../errors.ts";
import { ERRORS, type ExitCode, toSyncError } from "../errors.ts";
import type { AgentReport, ErrorReport, RunReport, SyncCommand } from "./types.ts";

/** What a person and a machine need to know of an error. */
export function errorReport(thrown: unknown, redact: (text: string) => string): ErrorReport {
  const { code, message, hint, retryable } = toSyncError(thrown);
  return { code, message: redact(message), hint: redact(hint), retryable };
}

/** The worst code of all agents decides: what must not be tried again comes before what may. */
const WORST_FIRST: readonly ExitCode[] = [1, 5, 7, 4, 3, 2, 6, 75, 127, 126];

/** The exit code of a run whose agents ended with these codes. */
export function worstExitCode(codes: readonly (ErrorCode | null)[]): ExitCode {
  const exits = codes.filter((code) => code !== null).map((code): ExitCode => ERRORS[code].exitCode);
  return WORST_FIRST.find((code) => exits.includes(code)) ?? 0;
}

/** Puts the agents' results together. */
export function buildReport(command: SyncCommand, runId: string, startedAt: number, agents: readonly AgentReport[]): RunReport {
  const exitCode = worstExitCode(agents.map((agent) => agent.error?.code ?? null));
  return { version: 1, command, ok: exitCode === 0, exitCode, runId, durationMs: Date.now() - startedAt, agents };
}

/** The same with when and where from the run was, if it is to say what was changed. */
export function withWhence(
  report: RunReport,
  { reportsChanges, provenance, trust }: Pick<RunConfig, "reportsChanges" | "provenance" | "trust">,
  startedAt: number,
): RunReport {
  if (!reportsChanges) return report;
  return { ...report, startedAt: new Date(startedAt).toISOString(), provenance: { ...provenance, trust } };
}

/** The report of an agent that failed before a command reached it. */
export function failedAgent(agent: string, thrown: unknown): AgentReport {
  const error = errorReport(thrown, (text) => text);
  return { agent, ok: false, pull: null, push: null, conflicts: [], rescue: null, error };
}

/** The report of a command that failed before any agent was reached, e.g. by its configuration. */
export function failedReport(command: SyncCommand, thrown: unknown): RunReport & { readonly error: ErrorReport } {
  const error = toSyncError(thrown);
  const exitCode = error.exitCode;
  return {
    version: 1,
    command,
    ok: false,
    exitCode,
    runId: "",
    durationMs: 0,
    agents: [],
    error: errorReport(error, (text) => text),
  };
}
