import { type Invocation, parseInvocation } from "./args/invocation.ts";
import { type Environment, resolveSettings } from "./args/settings.ts";
import { unknownCommand } from "./args/unknown.ts";
import { type CommandName, isCommandName } from "./commands.ts";
import type { Context } from "./context.ts";
import { fail } from "./failure.ts";
import { commandHelp, programHelp } from "./help.ts";
import { makePrinter, type Printer, type Streams } from "./output/printer.ts";
import { rescue } from "./rescue.ts";
import { runAround } from "./run/run.ts";
import { serve } from "./serve/serve.ts";
import { syncAgents } from "./sync.ts";
import { VERSION } from "./version.ts";

const HANDLERS: Readonly<Record<Exclude<CommandName, "help">, (context: Context) => Promise<number>>> = {
  pull: (context) => syncAgents("pull", context),
  push: (context) => syncAgents("push", context),
  sync: (context) => syncAgents("sync", context),
  status: (context) => syncAgents("status", context),
  diff: (context) => syncAgents("diff", context),
  verify: (context) => syncAgents("verify", context),
  rescue,
  run: runAround,
  serve,
};

/** Runs the whole program and returns the exit code. Never throws. */
export async function runProgram(argv: readonly string[], env: Environment, streams: Streams): Promise<number> {
  const asked = argv.slice(0, argv.includes("--") ? argv.indexOf("--") : argv.length);
  let command: string | null = null;
  let printer = makePrinter({ json: asked.includes("--json"), quiet: false, verbose: asked.includes("--verbose") }, streams);
  try {
    const invocation = parseInvocation(argv);
    command = invocation.command;
    const { json = false, quiet = false, verbose = false } = invocation.flags;
    const isRun = command === "run";
    printer = makePrinter(
      { json: json === true, quiet: quiet === true, verbose: verbose === true, resultsToErr: isRun },
      streams,
    );
    if (invocation.command === "help" || invocation.flags.help === true) return help(invocation, printer);
    printer.hide(env.TURSO_DB_AUTH_TOKEN?.trim() ?? null);
    const settings = resolveSettings(invocation.flags, env);
    printer.hide(settings.config.authToken ?? null);
    return await HANDLERS[invocation.command]({ invocation, settings, env, printer });
  } catch (thrown) {
    return fail(printer, command, thrown);
  }
}

function help({ command, flags, args }: Invocation, printer: Printer): number {
  const [topic = command === "help" ? undefined : command] = args;
  if (flags.version === true) printer.text(`${VERSION}\n`);
  else if (topic === undefined) printer.text(programHelp());
  else if (isCommandName(topic)) printer.text(commandHelp(topic));
  else throw unknownCommand(topic);
  return 0;
}
