import { existsSync } from "node:fs";
import {
  agentPaths,
  buildReport,
  failedReport,
  parseConfig,
  type RunConfig,
  type RunReport,
  runSync,
  SyncError,
} from "@agentfs-sync/core";
import type { Context } from "../context.ts";
import { type Interrupts, watchInterrupts } from "../interrupts.ts";
import { printAgents } from "../output/print-report.ts";
import type { Printer } from "../output/printer.ts";
import { writeNothingDone, writeReportFiles } from "../output/report-files.ts";
import { inSection } from "../output/section.ts";
import { lines } from "../sync.ts";
import { type ChildEnd, runChild, shellExitCode, signalExitCode } from "./child.ts";
import { childEnvironment } from "./child-env.ts";
import { assertProgram } from "./find-program.ts";
import { joinReports, reasonNotToPush, runExitCode } from "./outcome.ts";

/** What a push may take once somebody wants us to stop: GitHub kills 10 seconds after the first signal. */
const AFTER_SIGNAL_MS = 8_000;

/** `run -- <command>`: pull, the command, push. */
export async function runAround(context: Context): Promise<number> {
  const { invocation, settings, env, printer } = context;
  const startedAt = Date.now();
  const { commandLine } = invocation;
  const { failOn, pushOn, trust } = settings;
  if (trust.why !== null) printer.note(trust.why);
  // Without a token the URL may be kept from this run as well.
  const config = trust.trustClass === "none" ? null : parseConfig(settings.config);
  assertProgram(commandLine[0] ?? "", env.PATH, process.cwd());
  using interrupts = watchInterrupts();
  writeNothingDone(settings, printer);

  const finish = (pull: RunReport, push: RunReport | null, child: ChildEnd | null, exitCode: number): number => {
    // The command may have left its last line open; an object that shares a line with it cannot be read.
    if (printer.json && child !== null) printer.text("\n");
    const report = joinReports(pull, push, child, exitCode, Date.now() - startedAt);
    if (printer.json) printer.object(report);
    writeReportFiles(settings, report, printer);
    return exitCode;
  };

  if (config === null) {
    const child = await runChild(commandLine, childEnvironment(env), interrupts);
    return finish(buildReport("pull", "", startedAt, []), null, child, shellExitCode(child));
  }

  const pull = await inSection(context, "agentfs-sync: pull", () => pullBefore(config, interrupts, printer));
  printAgents(printer, pull.agents);
  if (interrupts.first !== null) {
    printer.note(`${interrupts.first} came before the command was started: nothing was run and nothing was pushed`);
    return finish(pull, null, null, signalExitCode(interrupts.first));
  }
  if (!pull.ok && !mayRunAnyway(config, pull, failOn, printer)) return finish(pull, null, null, pull.exitCode);

  const child = await runChild(commandLine, childEnvironment(env), interrupts);
  const reason = reasonNotToPush(pushOn, child);
  if (reason !== null) printer.note(`push skipped: ${reason}`);
  const push =
    reason === null ? await inSection(context, "agentfs-sync: push", () => pushAfter(config, interrupts, printer)) : null;
  if (push !== null) printAgents(printer, push.agents);
  return finish(pull, push, child, runExitCode(child, pull.exitCode, push?.exitCode ?? 0, failOn));
}

async function pullBefore(config: RunConfig, interrupts: Interrupts, printer: Printer): Promise<RunReport> {
  const controller = new AbortController();
  interrupts.handle((signal) => controller.abort(new SyncError("aborted", `Interrupted by ${signal}.`)));
  return await runSync("pull", config, { ...lines(printer), signal: controller.signal });
}

/** Whether the command is started although a pull failed: only if asked for, and on a working copy that is there. */
function mayRunAnyway(config: RunConfig, pull: RunReport, failOn: Context["settings"]["failOn"], printer: Printer): boolean {
  if (failOn === "any" || failOn === "pull") {
    printer.note("the pull failed: the command was not started");
    return false;
  }
  const failed = pull.agents.filter(({ ok }) => !ok).map(({ agent }) => agent);
  const missing = failed.filter((agent) => !existsSync(agentPaths(config.directory, agent).workingCopy));
  if (missing.length > 0) {
    printer.note(`the pull failed and there is no working copy of ${missing.join(", ")}: the command was not started`);
    return false;
  }
  printer.note(
    `the pull failed, but --fail-on is ${failOn}: the command runs on the working copy of ${failed.join(", ")} as it is`,
  );
  return true;
}

async function pushAfter(config: RunConfig, interrupts: Interrupts, printer: Printer): Promise<RunReport> {
  const controller = new AbortController();
  const abort = (why: string): void => controller.abort(new SyncError("aborted", why));
  let timer: NodeJS.Timeout | undefined;
  interrupts.handle((signal, times) => {
    if (times > 1) return abort(`Interrupted by a second ${signal}.`);
    printer.note(`${signal}: still pushing, for at most ${AFTER_SIGNAL_MS / 1000} seconds; ${signal} once more stops it`);
    timer ??= setTimeout(
      abort,
      AFTER_SIGNAL_MS,
      `Interrupted by ${signal}; the push was given ${AFTER_SIGNAL_MS / 1000} seconds more.`,
    );
  });
  const timeoutMs = interrupts.first === null ? config.timeoutMs : Math.min(config.timeoutMs, AFTER_SIGNAL_MS);
  try {
    return await runSync("push", { ...config, timeoutMs }, { ...lines(printer), signal: controller.signal });
  } catch (thrown) {
    // A bug of ours must not hide how the command ended: it becomes the result of every agent.
    const { error } = failedReport("push", thrown);
    const agents = config.agents.map(({ agent }) => ({ ...NOTHING_DONE, agent, error }));
    return { ...failedReport("push", thrown), agents };
  } finally {
    clearTimeout(timer);
  }
}

const NOTHING_DONE = { ok: false, pull: null, push: null, conflicts: [], rescue: null } as const;
