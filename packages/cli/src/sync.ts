import { type ConfigInput, parseConfig, runSync, type SyncCommand, SyncError, type SyncIo } from "@agentfs-sync/core";
import type { Context } from "./context.ts";
import { type Interrupts, watchInterrupts } from "./interrupts.ts";
import { printReport } from "./output/print-report.ts";
import type { Printer } from "./output/printer.ts";
import { showProgress } from "./output/progress.ts";

/** Every command whose result is a report, but `run`: the configuration goes in, the report is printed, its exit code comes back. */
export async function syncAgents(
  command: Exclude<SyncCommand, "run" | "rescue">,
  { settings, printer }: Context,
): Promise<number> {
  const config = parseConfig({ ...settings.config, ...inputFor(command, settings.config) });
  using interrupts = watchInterrupts();
  using io = syncIo(printer, command);
  const report = await runSync(command, config, { ...io, signal: abortOnInterrupt(interrupts, printer) });
  printReport(printer, report);
  return report.exitCode;
}

function inputFor(command: SyncCommand, { remoteUrl }: ConfigInput): Partial<ConfigInput> {
  // What it counts is on the remote.
  if (command === "stats") return { verifyRemote: true };
  // It asks no remote, so that none need be named.
  if (command === "checkpoint") return { remoteUrl: remoteUrl ?? "https://not-asked.invalid/{agent}" };
  return {};
}

/** Where `runSync` may talk to, while it is all that is going on. */
export function syncIo(printer: Printer, command: string): SyncIo & Disposable {
  printer.group(`agentfs-sync ${command}`);
  const display = showProgress(printer);
  return {
    ...lines(printer),
    progress: display.update,
    [Symbol.dispose]() {
      display[Symbol.dispose]();
      // What follows is not ours, perhaps: it must not end up in our group.
      printer.group("agentfs-sync");
    },
  };
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
