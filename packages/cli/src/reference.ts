import { COMMAND_NAMES, type CommandName, commandSpec } from "./commands.ts";
import { FLAG_NAMES, type FlagName, flagSpec } from "./flags.ts";
import { EXIT_CODES, flagSyntax } from "./help.ts";

const START = "<!-- made by scripts/cli-docs.mjs from packages/cli/src/commands.ts and flags.ts -->\n";
const END = "<!-- the end of what is made -->\n";

/** The page with the part anew that is made from the tables of commands and flags. */
export function withReference(page: string): string {
  const [before, rest = ""] = page.split(START);
  const [, after] = rest.split(END);
  if (after === undefined) throw new Error("docs/cli.md has lost the marks between which the reference stands");
  return `${before}${START}\n${reference()}\n${END}${after}`;
}

function reference(): string {
  return [
    "## Which commands are there?",
    table(
      ["command", "what it does"],
      COMMAND_NAMES.map((name) => [`[\`${name}\`](#${name})`, commandSpec(name).summary]),
    ),
    ...COMMAND_NAMES.map(commandSection),
    "## Which flags are there?",
    "A flag comes before its variable, the variable before the key of the file that `--config` names, that before the default.",
    table(["flag", "meaning", "default", "variable", "in the file"], FLAG_NAMES.map(flagRow)),
    "## What do the exit codes mean?",
    table(["code", "meaning"], EXIT_CODES),
  ].join("\n\n");
}

function commandSection(name: CommandName): string {
  const { usage, about, flags, examples } = commandSpec(name);
  return [
    `### \`${name}\``,
    `\`agentfs-sync ${name} ${usage}\``,
    ...about,
    `Flags: ${flags.map((flag) => `\`--${flag}\``).join(", ")}.`,
    `\`\`\`sh\n${examples.join("\n")}\n\`\`\``,
  ].join("\n\n");
}

function flagRow(name: FlagName): readonly string[] {
  const { summary, values, fallback = "", env, inFile } = flagSpec(name);
  const choices = values === undefined ? "" : ` (${values.map((value) => `\`${value}\``).join(", ")})`;
  const variable = name === "auth-token-file" ? "TURSO_DB_AUTH_TOKEN" : env;
  return [
    `\`${flagSyntax(name)}\``,
    `${summary}${choices}`,
    fallback,
    variable === undefined ? "" : `\`${variable}\``,
    inFile ? "yes" : "",
  ];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
