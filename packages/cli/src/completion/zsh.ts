import { COMMAND_NAMES, type CommandName, commandSpec, commandWords } from "../commands.ts";
import { type FlagName, flagSpec } from "../flags.ts";
import { flagValue } from "./flag-value.ts";

/** For a file \`_agentfs-sync\` in the \`fpath\`, or to be sourced after \`compinit\`. */
export function zshCompletion(): string {
  return `#compdef agentfs-sync
# zsh completion of agentfs-sync; made by \`agentfs-sync completion zsh\`
_agentfs_sync() {
  local curcontext="$curcontext" state line
  local -a names
  names=(
${COMMAND_NAMES.map((name) => `    ${quoted(`${name}:${commandSpec(name).summary}`)}`).join("\n")}
  )
  _arguments -C '--help[show this help]' '--version[show the version]' '1: :->command' '*:: :->argument' && return
  case $state in
  command) _describe -t commands command names ;;
  argument)
    case $words[1] in
${COMMAND_NAMES.map(argumentsOf).join("\n")}
    esac
    ;;
  esac
}

if [[ $funcstack[1] == _agentfs_sync || $funcstack[1] == _agentfs-sync ]]; then
  _agentfs_sync "$@"
else
  compdef _agentfs_sync agentfs-sync
fi
`;
}

function argumentsOf(name: CommandName): string {
  const words = commandWords(name);
  const rest =
    commandSpec(name).takesCommand === true
      ? ["'1: :_command_names -e'", "'*::argument:_normal'"]
      : [...(words.length === 0 ? [] : [`'1: :(${words.join(" ")})'`]), ...(name === "rescue" ? ["'2:file:_files'"] : [])];
  return `    ${name}) _arguments ${[...commandSpec(name).flags.map(flagArgument), ...rest].join(" \\\n      ")} ;;`;
}

function flagArgument(name: FlagName): string {
  const { kind, value, summary } = flagSpec(name);
  const text = summary.replace(/[[\]:\\]/g, "\\$&");
  const start = `${kind === "list" ? "*" : ""}--${name}[${text}]`;
  const takes = flagValue(name);
  switch (takes.kind) {
    case "none":
      return quoted(start);
    case "words":
      return quoted(`${start}:${value}:(${takes.words.join(" ")})`);
    case "file":
      return quoted(`${start}:${value}:_files`);
    case "folder":
      return quoted(`${start}:${value}:_files -/`);
    case "any":
      return quoted(`${start}:${value}: `);
  }
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
