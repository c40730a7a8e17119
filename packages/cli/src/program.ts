import type { SyncCommand } from "@agentfs-sync/core";
import { type Invocation, parseInvocation } from "./args/invocation.ts";
import type { Environment } from "./args/settings.ts";
import { unknownCommand } from "./args/unknown.ts";
import { type CommandName, isCommandName } from "./commands.ts";
import type { Context } from "./context.ts";
import { fail } from "./failure.ts";
import { makePrinter, type Printer } from "./output/printer.ts";
import type { StandardStreams } from "./output/standard-streams.ts";
import { canRedraw, hasColour } from "./output/style.ts";
import { secretsIn } from "./secrets/secret-variables.ts";
import { keepHeapSmall } from "./start.ts";
import { VERSION } from "./version.ts";

/** What ends by then has made little garbage: it need not take the 2 ms that the setting of a flag takes. */
const SHORT_COMMAND_MS = 100;

type Handler = (context: Context) => Promise<number>;

/** What a command does is loaded when it is run: most of the program is needed neither for help nor to refuse a typing error. */
const HANDLERS: Readonly<Record<Exclude<CommandName, "help">, () => Promise<Handler>>> = {
  pull: () => syncing("pull"),
  push: () => syncing("push"),
  sync: () => syncing("sync"),
  status: () => syncing("status"),
  stats: () => syncing("stats"),
  checkpoint: () => syncing("checkpoint"),
  diff: () => syncing("diff"),
  verify: () => syncing("verify"),
  log: async () => (await import("./history.ts")).log,
  revert: async () => (await import("./history.ts")).revert,
  report: async () => (await import("./report.ts")).report,
  rescue: async () => (await import("./rescue.ts")).rescue,
  run: async () => (await import("./run/run.ts")).runAround,
  doctor: async () => (await import("./doctor/doctor.ts")).doctor,
  completion: async () => (await import("./completion/completion.ts")).completion,
  serve: async () => (await import("./serve/serve.ts")).serve,
};

async function syncing(command: Exclude<SyncCommand, "run" | "rescue" | "revert" | "log">): Promise<Handler> {
  const { syncAgents } = await import("./sync.ts");
  return (context) => syncAgents(command, context);
}

/**
 * Runs the whole program and returns the exit code. Never throws.
 * @param shown Names of the secret variables that others can read in what this process was started with.
 */
export async function runProgram(
  argv: readonly string[],
  env: Environment,
  streams: StandardStreams,
  shown: readonly string[] = [],
): Promise<number> {
  const asked = argv.slice(0, argv.includes("--") ? argv.indexOf("--") : argv.length);
  let command: string | null = null;
  const { isTerminal } = streams;
  const shape = {
    colours: { out: hasColour(env, isTerminal.out), err: hasColour(env, isTerminal.err) },
    canRedraw: canRedraw(env, isTerminal.err),
  };
  let printer = makePrinter(
    { ...shape, json: asked.includes("--json"), quiet: false, verbose: asked.includes("--verbose") },
    streams,
  );
  // Before anything is said of what was typed: a token may be in it by mistake.
  const hideSecrets = (): void => {
    for (const secret of secretsIn(env)) printer.hide(secret);
  };
  hideSecrets();
  try {
    const invocation = parseInvocation(argv);
    command = invocation.command;
    const { json = false, quiet = false, verbose = false } = invocation.flags;
    const isRun = command === "run";
    printer = makePrinter(
      { ...shape, json: json === true, quiet: quiet === true, verbose: verbose === true, resultsToErr: isRun },
      streams,
    );
    hideSecrets();
    if (invocation.command === "help" || invocation.flags.help === true) return await help(invocation, printer);
    if (shown.length > 0) {
      printer.detail(`other programs of this user can read ${shown.join(", ")} of this process; --auth-token-file keeps it out`);
    }
    setTimeout(keepHeapSmall, SHORT_COMMAND_MS, process.versions.node).unref();
    const { resolveSettings } = await import("./args/settings.ts");
    const settings = resolveSettings(invocation.flags, env);
    printer.hide(settings.config.authToken ?? null);
    const handle = await HANDLERS[invocation.command]();
    return await handle({ invocation, settings, env, printer, shown });
  } catch (thrown) {
    return fail(printer, command, thrown);
  }
}

async function help({ command, flags, args }: Invocation, printer: Printer): Promise<number> {
  const [topic = command === "help" ? undefined : command] = args;
  if (flags.version === true) {
    printer.text(`${VERSION}\n`);
    return 0;
  }
  const { commandHelp, programHelp } = await import("./help.ts");
  if (topic === undefined) printer.text(programHelp());
  else if (isCommandName(topic)) printer.text(commandHelp(topic));
  else throw unknownCommand(topic);
  return 0;
}
