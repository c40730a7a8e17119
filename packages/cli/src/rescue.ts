import { type RescueRequest, runRescue, SyncError } from "@agentfs-sync/core";
import type { Layer } from "./args/invocation.ts";
import { nearest } from "./args/nearest.ts";
import { RESCUE_ACTIONS } from "./commands.ts";
import type { Context } from "./context.ts";
import { watchInterrupts } from "./interrupts.ts";
import { printReport } from "./output/print-report.ts";
import { abortOnInterrupt, withProgress } from "./sync.ts";

/** `rescue list`, `rescue export` and `rescue push`. */
export async function rescue({ invocation, settings, printer }: Context): Promise<number> {
  const request = requestOf(invocation.args, invocation.flags);
  using interrupts = watchInterrupts();
  const signal = abortOnInterrupt(interrupts, printer);
  const report = await withProgress(printer, (io) => runRescue(request, settings.config, { ...io, signal }));
  printReport(printer, report);
  return report.exitCode;
}

/** @throws SyncError `usage` */
function requestOf([word, file, ...more]: readonly string[], flags: Layer): RescueRequest {
  const given = flags["push-id"];
  const pushId = typeof given === "string" ? given : null;
  const action = RESCUE_ACTIONS.find((name) => name === word);
  if (action === undefined) throw noAction(word);
  if (more[0] !== undefined) throw usage(`\`rescue ${action}\` takes no argument "${more[0]}".`);
  if (action === "list") {
    if (file !== undefined || pushId !== null) throw usage("`rescue list` takes neither a file nor --push-id.");
    return { action };
  }
  if (action === "export") {
    if (file === undefined) throw usage("`rescue export` needs the name of the file to write.");
    return { action, file, pushId };
  }
  if (file !== undefined && pushId === null) return { action, file };
  if (file === undefined && pushId !== null) return { action, pushId };
  throw usage("`rescue push` takes either the file of a bundle, or --push-id ID for what is kept on this machine.");
}

function noAction(word: string | undefined): SyncError {
  const meant = word === undefined ? null : nearest(word, RESCUE_ACTIONS);
  const what = word === undefined ? "`rescue` needs to be told what to do" : `\`rescue\` has no action "${word}"`;
  return usage(`${what}: ${RESCUE_ACTIONS.join(", ")}.${meant === null ? "" : ` Did you mean "${meant}"?`}`);
}

const usage = (message: string): SyncError =>
  new SyncError("usage", message, { hint: "`agentfs-sync rescue --help` shows how it is used." });
