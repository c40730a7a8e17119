import { existsSync } from "node:fs";
import { agentPaths, buildReport, parseConfig, type RunConfig, type RunReport, runSync, SyncError } from "@agentfs-sync/core";
import type { Context } from "../context.ts";
import { type Interrupts, watchInterrupts } from "../interrupts.ts";
import { printAgents } from "../output/print-report.ts";
import type { Printer } from "../output/printer.ts";
import { writeNothingDone, writeReportFiles } from "../output/report-files.ts";
import { inSection } from "../output/section.ts";
import { secretsIn } from "../secrets/secret-variables.ts";
import { lines, withProgress } from "../sync.ts";
import { type ChildEnd, runChild, shellExitCode, signalExitCode } from "./child.ts";
import { childEnvironment } from "./child-env.ts";
import { assertProgram } from "./find-program.ts";
import { joinReports, reasonNotToPush, runExitCode } from "./outcome.ts";
import { pushNow, sayMeanwhile } from "./push.ts";
import { NO_PUSHES, pushEvery } from "./push-every.ts";
import { limitPush } from "./push-limits.ts";

/** `run -- <command>`: pull, the command, push. */
export async function runAround(context: Context): Promise<number> {
  const { invocation, settings, env, printer } = context;
  const startedAt = Date.now();
  const { failOn, pushOn, trust } = settings;
  if (trust.why !== null) printer.note(trust.why);
  // Without a token the URL may be kept from this run as well.
  const config = trust.trustClass === "none" ? null : parseConfig(settings.config);
  const { commandLine: command } = invocation;
  assertProgram(command[0] ?? "", env.PATH, process.cwd());
  using interrupts = watchInterrupts();
  writeNothingDone(settings, printer);
  const start = (authToken: string | null): Promise<ChildEnd> => {
    const childEnv = childEnvironment(env, settings.passToken ? authToken : null);
    return runChild({ command, env: childEnv, mask: settings.mask ? [authToken, ...secretsIn(env)] : null }, interrupts);
  };

  const finish = (pull: RunReport, pushes: readonly RunReport[], child: ChildEnd | null, exitCode: number): number => {
    // The command may have left its last line open; an object that shares a line with it cannot be read.
    if (printer.json && child !== null) printer.text("\n");
    const report = joinReports(pull, pushes, child, exitCode, Date.now() - startedAt);
    if (printer.json) printer.object(report);
    writeReportFiles(settings, report, printer);
    return exitCode;
  };

  if (config === null) {
    const child = await start(null);
    return finish(buildReport("pull", "", startedAt, []), [], child, shellExitCode(child));
  }

  const pull = await inSection(context, "agentfs-sync: pull", () => pullBefore(config, interrupts, printer));
  printAgents(printer, pull.agents);
  if (interrupts.first !== null) {
    printer.note(`${interrupts.first} came before the command was started: nothing was run and nothing was pushed`);
    return finish(pull, [], null, signalExitCode(interrupts.first));
  }
  if (!pull.ok && !mayRunAnyway(config, pull, failOn, printer)) return finish(pull, [], null, pull.exitCode);

  const stopMeanwhile = new AbortController();
  const meanwhile = pushMeanwhile(config, settings.pushEveryMs, printer, stopMeanwhile.signal);
  const child = await start(config.authToken).catch(async (thrown: unknown) => {
    await meanwhile.stop();
    throw thrown;
  });
  using limits = limitPush(config.timeoutMs, interrupts, printer);
  limits.signal.addEventListener("abort", () => stopMeanwhile.abort(limits.signal.reason));
  const before = await meanwhile.stop();
  const reason = reasonNotToPush(pushOn, child);
  if (reason !== null) {
    printer.note(`push skipped: ${reason}`);
    return finish(pull, before, child, runExitCode(child, pull.exitCode, 0, failOn));
  }
  const last = await inSection(context, "agentfs-sync: push", () => {
    const lastConfig = { ...config, timeoutMs: limits.timeoutMs };
    return withProgress(printer, (io) => pushNow(lastConfig, { ...io, signal: limits.signal }));
  });
  printAgents(printer, last.agents);
  return finish(pull, [...before, last], child, runExitCode(child, pull.exitCode, last.exitCode, failOn));
}

async function pullBefore(config: RunConfig, interrupts: Interrupts, printer: Printer): Promise<RunReport> {
  const controller = new AbortController();
  interrupts.handle((signal) => controller.abort(new SyncError("aborted", `Interrupted by ${signal}.`)));
  return await withProgress(printer, (io) => runSync("pull", config, { ...io, signal: controller.signal }));
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

function pushMeanwhile(config: RunConfig, pauseMs: number | null, printer: Printer, signal: AbortSignal) {
  if (pauseMs === null || config.trust !== "trusted") return NO_PUSHES;
  return pushEvery(pauseMs, async () => {
    // The terminal is the command's: no progress is shown on it.
    const report = await pushNow(config, { ...lines(printer), signal });
    sayMeanwhile(printer, report);
    return report;
  });
}
