import { COMMAND_NAMES, type CommandName, commandSpec, commandWords } from "../commands.ts";
import { type FlagName, flagSpec } from "../flags.ts";
import { flagValue } from "./flag-value.ts";

const PROGRAM = "complete -c agentfs-sync";

export function fishCompletion(): string {
  return [
    "# fish completion of agentfs-sync; made by `agentfs-sync completion fish`",
    `${PROGRAM} -f`,
    ...["help", "version"].map((name) => `${PROGRAM} -n __fish_use_subcommand -l ${name}`),
    ...COMMAND_NAMES.flatMap(linesOf),
    "",
  ].join("\n");
}

function linesOf(name: CommandName): readonly string[] {
  const { summary, flags, takesCommand } = commandSpec(name);
  const after = `-n ${quoted(`__fish_seen_subcommand_from ${name}`)}`;
  return [
    `${PROGRAM} -n __fish_use_subcommand -a ${name} -d ${quoted(summary)}`,
    ...commandWords(name).map((word) => `${PROGRAM} ${after} -a ${word}`),
    ...flags.map((flag) => `${PROGRAM} ${after} -l ${flag}${valueSyntax(flag)} -d ${quoted(flagSpec(flag).summary)}`),
    ...(takesCommand === true ? [`${PROGRAM} ${after} -a '(__fish_complete_subcommand)'`] : []),
  ];
}

function valueSyntax(name: FlagName): string {
  const takes = flagValue(name);
  switch (takes.kind) {
    case "none":
      return "";
    case "words":
      return ` -x -a ${quoted(takes.words.join(" "))}`;
    case "file":
      return " -r -F";
    case "folder":
      return " -x -a '(__fish_complete_directories)'";
    case "any":
      return " -x";
  }
}

const quoted = (text: string): string => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
