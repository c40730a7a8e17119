import type { CommandSpec } from "./command-spec.ts";
import type { FlagName } from "./flags.ts";

export const RESCUE_ACTIONS = ["list", "export", "push"] as const;
export const COMPLETION_SHELLS = ["bash", "zsh", "fish"] as const;
export type CompletionShell = (typeof COMPLETION_SHELLS)[number];

const OUTPUT: readonly FlagName[] = ["json", "quiet", "verbose", "config", "help"];
const AGENTS: readonly FlagName[] = ["agent", "remote-url", "auth-token-file", "directory"];
/** For CIs: what this run may do, and the folders and files that outlive its machine. */
const IN_CI: readonly FlagName[] = ["trust", "cache-dir", "report-file", "html", "output-file"];
const UNDO: readonly FlagName[] = ["undo-dir", "undo-limit"];
const PUSHING: readonly FlagName[] = ["rescue-dir", ...UNDO];
const RUNNING: readonly FlagName[] = ["timeout-seconds", "concurrency", "engine"];

/** The one table of commands: parsing and help read it. */
export const COMMANDS = {
  run: {
    usage: "[flags] -- <command> [arguments]",
    summary: "pull, run a command, push what it changed",
    about: [
      "Pulls, runs the command with this terminal, pushes what it changed, and exits as the command did (128+n after a signal, 127 not found, 126 not executable). If the command succeeds and only the sync fails, the exit code is the sync's.",
      "If the pull fails, the command is not started, unless --fail-on is push or never and a working copy is there.",
      "A signal reaches the command (not a second time, where a terminal has sent it to both). After SIGINT, SIGTERM or SIGHUP the push still happens, in at most 8 seconds (unless the command went on for a minute); the same signal once more stops it. If we are killed, the command is ended.",
      "The command's environment holds no token unless --pass-token is given, and ours does not show it either. Standard output belongs to the command: what we say goes to standard error, and with --json the result is the last line.",
    ],
    flags: [
      ...AGENTS,
      "push-on",
      "push-every",
      "fail-on",
      "conflict",
      "read-only",
      "on-unpushed",
      "adopt",
      "allow",
      "pass-token",
      "mask",
      ...IN_CI,
      ...PUSHING,
      ...RUNNING,
      ...OUTPUT,
    ],
    takesCommand: true,
    examples: [
      "agentfs-sync run --agent my-agent --remote-url libsql://my-agent-acme.turso.io -- node agent.js",
      "agentfs-sync run --push-on success -- npm test",
      "agentfs-sync run --push-every 5 --mask -- ./agent.sh",
    ],
  },
  pull: {
    usage: "[flags]",
    summary: "bring the agent's database to .agentfs/<id>.db",
    about: [
      "Brings what the remote holds into the working copy, .agentfs/<id>.db: a plain SQLite file for any program. Never overwrites changes that were not pushed.",
    ],
    flags: [...AGENTS, "read-only", "on-unpushed", "adopt", "allow", ...IN_CI, ...RUNNING, ...OUTPUT],
    examples: [
      "agentfs-sync pull --agent my-agent --remote-url libsql://my-agent-acme.turso.io",
      "agentfs-sync pull --agent planner,coder --remote-url 'libsql://{agent}-acme.turso.io'",
    ],
  },
  push: {
    usage: "[flags]",
    summary: "send what changed since the last pull",
    about: [
      "Sends what the working copy changed since the last pull or push as one transaction, and merges it with what other jobs pushed in the meantime. Without changes, no request is made.",
    ],
    flags: [...AGENTS, "push-on", "conflict", "read-only", "adopt", "allow", ...IN_CI, ...PUSHING, ...RUNNING, ...OUTPUT],
    examples: [
      "agentfs-sync push --agent my-agent --remote-url libsql://my-agent-acme.turso.io",
      "agentfs-sync push --allow mass-change --json",
    ],
  },
  sync: {
    usage: "[flags]",
    summary: "push, then pull",
    about: ["Pushes what changed here, then pulls, so that the working copy holds the merged result."],
    flags: [...AGENTS, "conflict", "read-only", "on-unpushed", "adopt", "allow", ...IN_CI, ...PUSHING, ...RUNNING, ...OUTPUT],
    examples: ["agentfs-sync sync --agent my-agent --remote-url libsql://my-agent-acme.turso.io"],
  },
  status: {
    usage: "[flags]",
    summary: "show what a push would send, without asking the remote",
    about: ["Shows what changed since the last pull and which pushes are not settled. Makes no request and changes no file."],
    flags: [...AGENTS, "concurrency", "engine", ...OUTPUT],
    examples: ["agentfs-sync status --agent my-agent --remote-url libsql://my-agent-acme.turso.io --json"],
  },
  stats: {
    usage: "[flags]",
    summary: "show what was synced so far, and how large it is",
    about: [
      "Shows when this machine pulled and what it knows to be pushed last, what all pushes of the agent have carried (from their receipts on the remote), what a push would carry now, and the sizes of the files. Changes nothing.",
    ],
    flags: [...AGENTS, ...RUNNING, ...OUTPUT],
    examples: ["agentfs-sync stats --agent my-agent --remote-url libsql://my-agent-acme.turso.io", "agentfs-sync stats --json"],
  },
  checkpoint: {
    usage: "[flags]",
    summary: "move the WAL into the database file",
    about: [
      "Moves what is in the working copy's WAL (.agentfs/<id>.db-wal) into its database file, so that the file alone is the whole: to copy it, or to keep it as an artifact. No row changes, and no request is made.",
    ],
    flags: ["agent", "directory", "concurrency", "engine", ...OUTPUT],
    examples: ["agentfs-sync checkpoint --agent my-agent"],
  },
  diff: {
    usage: "[flags]",
    summary: "show what a push would send, thing by thing",
    about: [
      "Lists the files, keys, tool calls and other rows that changed since the last pull or push, with a unified diff of text files of at most 64 KiB. Makes no request and changes no file. Exits with 0, differences or not.",
    ],
    flags: [...AGENTS, "html", "concurrency", "engine", ...OUTPUT],
    examples: ["agentfs-sync diff --agent my-agent --remote-url libsql://my-agent-acme.turso.io", "agentfs-sync diff --json"],
  },
  verify: {
    usage: "[flags]",
    summary: "check that the database is a consistent AgentFS",
    about: [
      "Holds the working copy, or with --remote what the server holds, against every rule of a consistent AgentFS: entries and inodes, sizes and chunks, links, JSON. Names what breaks one, and exits with 5 then. Changes nothing; without --remote it makes no request.",
    ],
    flags: [...AGENTS, "remote", ...RUNNING, ...OUTPUT],
    examples: [
      "agentfs-sync verify --agent my-agent --remote-url libsql://my-agent-acme.turso.io",
      "agentfs-sync verify --remote --json",
    ],
  },
  rescue: {
    usage: "list|export|push [flags]",
    summary: "show, save and push what could not be pushed",
    about: [
      "`rescue list` shows what pushes that failed and pulls that set changes aside have kept, with its push ids. It makes no request and needs no remote URL. Without --agent it looks at all agents of the folder.",
      "`rescue export FILE` writes one of them into a file that holds all that is needed, and no secret. What is kept stays.",
      "`rescue push FILE` pushes that file, on any machine; `rescue push --push-id ID` what is kept on this one. Both merge it with what the remote holds now, as the push would have done. Pushed twice, by whomever, it is there once.",
      "The remote is the one of --remote-url, never the one that the file names.",
    ],
    flags: [...AGENTS, "push-id", "conflict", "read-only", "allow", ...UNDO, "timeout-seconds", ...OUTPUT],
    maxArguments: 3,
    words: RESCUE_ACTIONS,
    examples: [
      "agentfs-sync rescue list",
      "agentfs-sync rescue export my-agent.rescue --agent my-agent",
      "agentfs-sync rescue push my-agent.rescue --remote-url libsql://my-agent-acme.turso.io",
    ],
  },
  log: {
    usage: "[flags]",
    summary: "list what was pushed: when, from where, what it touched",
    about: [
      "Lists the pushes that the remote knows, the newest first: from which run each came, what it changed, whether it was taken back since, and whether `revert` could take it back from here, by a bundle of this machine or in --undo-dir. With --path, only those that touched a file, a key, a table or a tool: who wrote this? Sends nothing but reads; needs no working copy.",
      "A push that touched more than its receipt has room for is listed for every --path, as one that may have touched it.",
    ],
    flags: [...AGENTS, "limit", "path", "html", "undo-dir", "timeout-seconds", "concurrency", ...OUTPUT],
    examples: ["agentfs-sync log --agent my-agent", "agentfs-sync log --path 'notes/**' --html log.html"],
  },
  revert: {
    usage: "FILE|SEQUENCE [flags]",
    summary: "take one push back, and nothing else",
    about: [
      "Takes one push back: what it added goes, what it changed or removed comes back. What other pushes did stays; what one of them has changed again is a conflict, resolved by --conflict and listed. --dry-run shows all of it first.",
      "SEQUENCE is the number that `agentfs-sync log` shows. The push's undo bundle must be on this machine then; every push leaves one in .agentfs/.sync/<id>/undo/, and a copy in --undo-dir if that is given. FILE is such a bundle, from wherever. Done twice, it changes nothing.",
    ],
    flags: [...AGENTS, "conflict", "dry-run", "read-only", "html", "report-file", ...UNDO, "timeout-seconds", ...OUTPUT],
    maxArguments: 1,
    examples: ["agentfs-sync revert 7 --agent my-agent --dry-run", "agentfs-sync revert bad-run.undo"],
  },
  report: {
    usage: "FILE [flags]",
    summary: "show a report as text, as a page or as Markdown",
    about: [
      "Reads what --report-file or --json wrote, and shows it: as lines, with --html as one HTML page that needs no network and no script, with --markdown for a job summary. Makes no request.",
    ],
    flags: ["html", "markdown", ...OUTPUT],
    maxArguments: 1,
    examples: ["agentfs-sync report report.json --html report.html"],
  },
  doctor: {
    usage: "[flags]",
    summary: "check everything that a sync needs",
    about: [
      "Checks versions, settings, token, folder and disk, what is kept here, the remote (is it there, does it take the token, does it speak the protocol, what time is it there), and which CI this is; each with what to do about it. Changes nothing, and prints no secret.",
      "Exits with 0 when nothing has failed, warnings or not, else with the code of the worst that was found.",
    ],
    flags: [...AGENTS, ...RUNNING, ...OUTPUT],
    examples: ["agentfs-sync doctor --agent my-agent --remote-url libsql://my-agent-acme.turso.io", "agentfs-sync doctor --json"],
  },
  serve: {
    usage: "[flags]",
    summary: "start a local remote, for trying things out",
    about: [
      "Starts the real sync server (tursodb) on this machine, one database per agent, and prints the remote URL. It asks for no token and listens on 127.0.0.1 only. Runs until SIGINT or SIGTERM; the databases stay. They belong to the server: open them with no other program.",
      "The program comes from AGENTFS_SYNC_TURSODB, the npm package `turso`, or the PATH.",
    ],
    flags: ["agent", "port", "data", "directory", ...OUTPUT],
    examples: ["agentfs-sync serve --agent my-agent", "agentfs-sync serve --agent planner,coder --port 8080 --data ./databases"],
  },
  completion: {
    usage: "bash|zsh|fish",
    summary: "print the completion of a shell",
    about: [
      "Prints what makes the shell complete commands, flags and their values.",
      'bash: add `eval "$(agentfs-sync completion bash)"` to ~/.bashrc. zsh: put `agentfs-sync completion zsh` into a file _agentfs-sync in a folder of the fpath. fish: `agentfs-sync completion fish > ~/.config/fish/completions/agentfs-sync.fish`.',
    ],
    flags: ["help"],
    maxArguments: 1,
    words: COMPLETION_SHELLS,
    examples: ["agentfs-sync completion bash"],
  },
  help: {
    usage: "[command]",
    summary: "show this help, or that of a command",
    about: ["Shows the help of the program or of one command."],
    flags: ["help"],
    maxArguments: 1,
    examples: ["agentfs-sync help run"],
  },
} as const satisfies Record<string, CommandSpec>;

export type CommandName = keyof typeof COMMANDS;

export const COMMAND_NAMES = Object.keys(COMMANDS) as readonly CommandName[];

export function commandSpec(name: CommandName): CommandSpec {
  return COMMANDS[name];
}

/** The words that may be its first argument; none: anything, or nothing. */
export function commandWords(name: CommandName): readonly string[] {
  return name === "help" ? COMMAND_NAMES : (commandSpec(name).words ?? []);
}

export function isCommandName(name: string): name is CommandName {
  return Object.hasOwn(COMMANDS, name);
}
