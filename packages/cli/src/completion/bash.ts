import { COMMAND_NAMES, commandSpec, commandWords } from "../commands.ts";
import { FLAG_NAMES } from "../flags.ts";
import { flagValue } from "./flag-value.ts";

/** Needs nothing but bash: no package `bash-completion`. */
export function bashCompletion(): string {
  const after = (kind: string): string =>
    FLAG_NAMES.filter((name) => flagValue(name).kind === kind)
      .map((name) => `--${name}`)
      .join("|");
  const choices = FLAG_NAMES.flatMap((name) => {
    const value = flagValue(name);
    return value.kind === "words" ? [`    --${name}) _agentfs_sync_words "${value.words.join(" ")}" ;;`] : [];
  });
  const flags = COMMAND_NAMES.map((name) => `      ${name}) _agentfs_sync_words "${flagWords(name)}" ;;`);
  const words = COMMAND_NAMES.filter((name) => commandWords(name).length > 0).map(
    (name) => `    ${name}) _agentfs_sync_words "${commandWords(name).join(" ")}" ;;`,
  );
  return `# bash completion of agentfs-sync; made by \`agentfs-sync completion bash\`
_agentfs_sync_words() {
  COMPREPLY=($(compgen -W "$1" -- "$cur"))
}

_agentfs_sync_files() {
  compopt -o filenames 2>/dev/null
  local IFS=$'\\n'
  COMPREPLY=($(compgen "$1" -- "$cur"))
}

_agentfs_sync() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD - 1]} command= i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    case \${COMP_WORDS[i]} in
    --)
      # The command of \`run\`, and its arguments.
      if ((i + 1 == COMP_CWORD)); then _agentfs_sync_files -c; else _agentfs_sync_files -f; fi
      return
      ;;
    ${["any", "words", "file", "folder"].map(after).join("|")})
      # Its value is no command; bash takes --flag=value apart at the sign.
      if [[ \${COMP_WORDS[i + 1]} == = ]]; then ((i += 2)); else ((i += 1)); fi
      ;;
    -*) ;;
    *) command=\${command:-\${COMP_WORDS[i]}} ;;
    esac
  done
  if [[ $cur == = ]]; then
    cur=
  elif [[ $prev == = ]]; then
    prev=\${COMP_WORDS[COMP_CWORD - 2]}
  fi
  case $prev in
${choices.join("\n")}
    ${after("file")}) _agentfs_sync_files -f ;;
    ${after("folder")}) _agentfs_sync_files -d ;;
    ${after("any")}) ;;
    *)
      if [[ $cur == -* ]]; then
        case $command in
${flags.map((line) => `  ${line}`).join("\n")}
        *) _agentfs_sync_words "--help --version" ;;
        esac
      else
        case $command in
        "") _agentfs_sync_words "${COMMAND_NAMES.join(" ")}" ;;
${words.map((line) => `    ${line}`).join("\n")}
        esac
      fi
      ;;
  esac
}

complete -F _agentfs_sync agentfs-sync
`;
}

const flagWords = (name: (typeof COMMAND_NAMES)[number]): string =>
  commandSpec(name)
    .flags.map((flag) => `--${flag}`)
    .join(" ");
