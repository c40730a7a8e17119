import { ERRORS } from "@agentfs-sync/core";
import { COMMAND_NAMES, type CommandName, commandSpec } from "./commands.ts";
import { type FlagName, flagSpec } from "./flags.ts";
import { VERSION } from "./version.ts";

const WIDTH = 100;

/** What `agentfs-sync --help` prints. */
export function programHelp(): string {
  return sections([
    `agentfs-sync ${VERSION}: an AI agent remembers between CI runs.`,
    "Usage: agentfs-sync <command> [flags]",
    section("Commands", table(COMMAND_NAMES.map((name) => [`${name} ${commandSpec(name).usage}`, commandSpec(name).summary]))),
    section("Examples", [
      "agentfs-sync serve --agent my-agent                    # a local remote, in another terminal",
      "export AGENTFS_SYNC_AGENT=my-agent AGENTFS_SYNC_REMOTE_URL=libsql://my-agent-acme.turso.io",
      "export TURSO_DB_AUTH_TOKEN=…                           # the only way besides --auth-token-file",
      "agentfs-sync run -- node agent.js                      # pull, run, push",
    ]),
    section(
      "Settings",
      wrap(
        "Flags come before the environment, the environment before --config FILE. `agentfs-sync <command> --help` shows the flags of a command and the variable that stands for each.",
        WIDTH - 2,
      ),
    ),
    section("Exit codes", table(EXIT_CODES)),
  ]);
}

/** What `agentfs-sync <command> --help` prints. */
export function commandHelp(name: CommandName): string {
  const { usage, about, flags, examples } = commandSpec(name);
  return sections([
    `Usage: agentfs-sync ${name} ${usage}`,
    ...about.map((paragraph) => wrap(paragraph, WIDTH).join("\n")),
    section("Flags", table(flags.map((flag) => [flagSyntax(flag), flagText(flag)]))),
    section(examples.length === 1 ? "Example" : "Examples", [...examples]),
  ]);
}

export const EXIT_CODES: readonly (readonly [string, string])[] = [
  ["0", "done"],
  ["1", "unexpected failure"],
  ["2", "usage or configuration"],
  ["3", "authentication"],
  ["4", "conflict"],
  ["5", "damaged or inconsistent database"],
  ["6", "working copy busy or half written"],
  ["7", "refused by a guard"],
  ["75", "remote unavailable or outcome unknown: run the command again"],
  [
    `${ERRORS["command-not-executable"].exitCode}, ${ERRORS["command-not-found"].exitCode}`,
    "`run`: the command is not executable, not found; else as the command exits",
  ],
];

export function flagSyntax(name: FlagName): string {
  const { value, short } = flagSpec(name);
  return `${short === undefined ? "" : `-${short}, `}--${name}${value === undefined ? "" : ` ${value}`}`;
}

/** What the flag is for, then its choices, default and variable: on the same line if they fit, else on the next. */
function flagText(name: FlagName): string {
  const { summary, values, fallback, env } = flagSpec(name);
  const notes = [
    ...(values === undefined ? [] : [values.join("|")]),
    ...(fallback === undefined ? [] : [`default: ${fallback}`]),
    ...(env === undefined ? [] : [`env: ${env}`]),
  ];
  return notes.length === 0 ? summary : `${summary}\n(${notes.join("; ")})`;
}

const sections = (parts: readonly string[]): string => `${parts.join("\n\n")}\n`;

const section = (title: string, lines: readonly string[]): string =>
  [`${title}:`, ...lines.map((line) => `  ${line}`)].join("\n");

/** Two columns; the second one is wrapped. */
function table(rows: readonly (readonly [string, string])[]): readonly string[] {
  const left = Math.max(...rows.map(([name]) => name.length)) + 2;
  const width = WIDTH - left - 2;
  return rows.flatMap(([name, text]) =>
    (text.length <= width ? [text.replace("\n", " ")] : text.split("\n").flatMap((part) => wrap(part, width))).map(
      (line, index) => `${(index === 0 ? name : "").padEnd(left)}${line}`,
    ),
  );
}

function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}
