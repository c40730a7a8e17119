import { SyncError } from "@agentfs-sync/core";
import { COMMAND_NAMES, type CommandName, commandSpec, isCommandName } from "../commands.ts";
import { FLAG_NAMES, type FlagName, flagSpec, isFlagName } from "../flags.ts";
import { unknownCommand, unknownFlag } from "./unknown.ts";

/** Values by flag, as given: checked in form, not yet in meaning. */
export type Layer = Partial<Record<FlagName, string | boolean | readonly string[]>>;

/** What was typed. */
export interface Invocation {
  readonly command: CommandName;
  readonly flags: Layer;
  readonly args: readonly string[];
  /** What follows `--`: the command of `run` and its arguments. */
  readonly commandLine: readonly string[];
}

/**
 * Reads the arguments after the program's name.
 * @throws SyncError `usage`, naming what was typed (never the value of a flag, which may be a secret).
 */
export function parseInvocation(argv: readonly string[]): Invocation {
  const end = argv.indexOf("--");
  const ours = end === -1 ? argv : argv.slice(0, end);
  const commandLine = end === -1 ? [] : argv.slice(end + 1);
  const { words, given } = readTokens(ours);
  // A misspelled flag leaves its value behind as a word: the flag is what is wrong, so it is named first.
  for (const { name, raw } of given) knownFlag(name, raw);
  const [word, ...args] = words;
  if (word === undefined) {
    const isHelp = given.some((flag) => flag.name === "help");
    const isVersion = given.some((flag) => flag.name === "version");
    if (isHelp || isVersion) return { command: "help", flags: isHelp ? {} : { version: true }, args: [], commandLine: [] };
    throw new SyncError("usage", "No command is given.", {
      hint: `Name one of ${COMMAND_NAMES.join(", ")}; \`agentfs-sync --help\` shows them.`,
    });
  }
  const command = knownCommand(word);
  const flags = collect(command, given);
  if (flags.help !== true) checkWords(command, args, commandLine, end !== -1);
  return { command, flags, args, commandLine };
}

interface GivenFlag {
  readonly name: string;
  /** As typed, without the value: `--agent`, `-h`. */
  readonly raw: string;
  readonly value: string | undefined;
  /** Written as `--flag=value`. */
  readonly inline: boolean;
}

function readTokens(argv: readonly string[]): { words: readonly string[]; given: readonly GivenFlag[] } {
  const options = Object.fromEntries(
    FLAG_NAMES.map((name) => {
      const { kind, short } = flagSpec(name);
      return [
        name,
        { type: kind === "switch" ? ("boolean" as const) : ("string" as const), ...(short === undefined ? {} : { short }) },
      ];
    }),
  );
  // An import of `node:util` would load all that it offers, and take as long as the rest of `--version`.
  const { parseArgs } = process.getBuiltinModule("node:util");
  const { tokens } = parseArgs({ args: [...argv], options, allowPositionals: true, strict: false, tokens: true });
  const words: string[] = [];
  const given: GivenFlag[] = [];
  for (const token of tokens) {
    if (token.kind === "positional") words.push(token.value);
    if (token.kind === "option") {
      given.push({ name: token.name, raw: token.rawName, value: token.value, inline: token.inlineValue === true });
    }
  }
  return { words, given };
}

function knownFlag(name: string, raw: string): FlagName {
  if (isFlagName(name) && (raw.startsWith("--") || flagSpec(name).short === raw.slice(1))) return name;
  throw unknownFlag(name, raw);
}

function knownCommand(word: string): CommandName {
  if (isCommandName(word)) return word;
  throw unknownCommand(word);
}

function collect(command: CommandName, given: readonly GivenFlag[]): Layer {
  const flags: Layer = {};
  for (const flag of given) {
    const name = knownFlag(flag.name, flag.raw);
    const hint = `\`agentfs-sync ${command} --help\` shows its flags.`;
    if (!commandSpec(command).flags.includes(name)) {
      throw new SyncError("usage", `The command "${command}" has no flag ${flag.raw}.`, { hint });
    }
    const { kind, value } = flagSpec(name);
    if (kind === "switch") {
      if (flag.inline) throw new SyncError("usage", `The flag ${flag.raw} takes no value.`, { hint });
      flags[name] = true;
      continue;
    }
    // `--agent --json` has forgotten the id; a value that starts with a dash is written `--flag=-value`.
    if (flag.value === undefined || (!flag.inline && flag.value.startsWith("-"))) {
      throw new SyncError("usage", `The flag ${flag.raw} needs a value: ${flag.raw} ${value ?? "VALUE"}.`, { hint });
    }
    const before = flags[name];
    flags[name] = kind === "list" ? [...(Array.isArray(before) ? before : []), flag.value] : flag.value;
  }
  if (flags.quiet === true && flags.verbose === true) {
    throw new SyncError("usage", "--quiet and --verbose contradict each other.", { hint: "Give one of them." });
  }
  return flags;
}

function checkWords(command: CommandName, args: readonly string[], commandLine: readonly string[], hasTerminator: boolean): void {
  const { takesCommand, maxArguments = 0 } = commandSpec(command);
  const [extra] = args.slice(maxArguments);
  if (takesCommand === true) {
    const example = `agentfs-sync ${command} [flags] -- ${[...args, ...commandLine].join(" ") || "node agent.js"}`;
    if (extra !== undefined)
      throw new SyncError("usage", `The command to run must follow "--".`, { hint: `Write \`${example}\`.` });
    if (commandLine.length === 0) throw new SyncError("usage", "No command to run is given.", { hint: `Write \`${example}\`.` });
    return;
  }
  if (hasTerminator || extra !== undefined) {
    const what = extra === undefined ? "nothing after --" : `no argument "${extra}"`;
    throw new SyncError("usage", `The command "${command}" takes ${what}.`, {
      hint: `\`agentfs-sync ${command} --help\` shows how it is used.`,
    });
  }
}
