import { describe, expect, test } from "vitest";
import { COMMAND_NAMES, commandSpec } from "./commands.ts";
import { FLAG_NAMES } from "./flags.ts";
import { commandHelp, programHelp } from "./help.ts";
import { VERSION } from "./version.ts";

test("the help of the program", () => {
  expect(programHelp().replace(VERSION, "VERSION")).toMatchInlineSnapshot(`
    "agentfs-sync VERSION: an AI agent remembers between CI runs.

    Usage: agentfs-sync <command> [flags]

    Commands:
      run [flags] -- <command> [arguments]  pull, run a command, push what it changed
      pull [flags]                          bring the agent's database to .agentfs/<id>.db
      push [flags]                          send what changed since the last pull
      sync [flags]                          push, then pull
      status [flags]                        show what a push would send, without asking the remote
      stats [flags]                         show what was synced so far, and how large it is
      checkpoint [flags]                    move the WAL into the database file
      diff [flags]                          show what a push would send, thing by thing
      verify [flags]                        check that the database is a consistent AgentFS
      rescue list|export|push [flags]       show, save and push what could not be pushed
      log [flags]                           list what was pushed: when, from where, what it touched
      revert FILE|SEQUENCE [flags]          take one push back, and nothing else
      report FILE [flags]                   show a report as text, as a page or as Markdown
      doctor [flags]                        check everything that a sync needs
      serve [flags]                         start a local remote, for trying things out
      completion bash|zsh|fish              print the completion of a shell
      help [command]                        show this help, or that of a command

    Examples:
      agentfs-sync serve --agent my-agent                    # a local remote, in another terminal
      export AGENTFS_SYNC_AGENT=my-agent AGENTFS_SYNC_REMOTE_URL=libsql://my-agent-acme.turso.io
      export TURSO_DB_AUTH_TOKEN=…                           # the only way besides --auth-token-file
      agentfs-sync run -- node agent.js                      # pull, run, push

    Settings:
      Flags come before the environment, the environment before --config FILE. \`agentfs-sync <command>
      --help\` shows the flags of a command and the variable that stands for each.

    Exit codes:
      0         done
      1         unexpected failure
      2         usage or configuration
      3         authentication
      4         conflict
      5         damaged or inconsistent database
      6         working copy busy or half written
      7         refused by a guard
      75        remote unavailable or outcome unknown: run the command again
      126, 127  \`run\`: the command is not executable, not found; else as the command exits
    "
  `);
});

test("the help of run", () => {
  expect(commandHelp("run")).toMatchInlineSnapshot(`
    "Usage: agentfs-sync run [flags] -- <command> [arguments]

    Pulls, runs the command with this terminal, pushes what it changed, and exits as the command did
    (128+n after a signal, 127 not found, 126 not executable). If the command succeeds and only the sync
    fails, the exit code is the sync's.

    If the pull fails, the command is not started, unless --fail-on is push or never and a working copy
    is there.

    A signal reaches the command (not a second time, where a terminal has sent it to both). After
    SIGINT, SIGTERM or SIGHUP the push still happens, in at most 8 seconds (unless the command went on
    for a minute); the same signal once more stops it. If we are killed, the command is ended.

    The command's environment holds no token unless --pass-token is given, and ours does not show it
    either. Standard output belongs to the command: what we say goes to standard error, and with --json
    the result is the last line.

    Flags:
      --agent ID              the agent; repeat the flag or separate by commas for several
                              (env: AGENTFS_SYNC_AGENT)
      --remote-url URL        the agent's database (libsql://… or https://…; http://… on loopback);
                              {agent} in it is replaced by the id
                              (env: AGENTFS_SYNC_REMOTE_URL)
      --auth-token-file FILE  file that holds the token; without it the token is read from
                              TURSO_DB_AUTH_TOKEN
      --directory DIR         the folder that holds .agentfs/
                              (default: the current one; env: AGENTFS_SYNC_DIRECTORY)
      --push-on W             push after the command (for \`push\`: after the job, as the CI tells it):
                              always, only after its success, or never
                              (always|success|never; default: always; env: AGENTFS_SYNC_PUSH_ON)
      --push-every MINUTES    push the work so far while the command runs, so that a machine that dies
                              loses minutes
                              (default: only after the command; env: AGENTFS_SYNC_PUSH_EVERY)
      --fail-on W             which failure of ours decides the exit code when the command itself
                              succeeds
                              (any|pull|push|never; default: any; env: AGENTFS_SYNC_FAIL_ON)
      --conflict P            what becomes of a thing that both sides changed: ours stays beside theirs
                              under another name, one side counts, or the push fails and changes nothing
                              (keep-both|ours|theirs|fail; default: keep-both; env:
                              AGENTFS_SYNC_CONFLICT)
      --read-only             send nothing but reads (env: AGENTFS_SYNC_READ_ONLY)
      --on-unpushed W         what a pull does with changes that were never pushed
                              (refuse|set-aside; default: refuse; env: AGENTFS_SYNC_ON_UNPUSHED)
      --adopt                 push a working copy of unknown origin as if all in it were new
                              (env: AGENTFS_SYNC_ADOPT)
      --allow G               let one guard pass; may be repeated
                              (mass-change|remote-replaced; env: AGENTFS_SYNC_ALLOW)
      --pass-token            give the token to the command, as TURSO_DB_AUTH_TOKEN
      --mask                  hide the token in what the command prints, and keep a CI from obeying it;
                              the command then has no terminal to print to
                              (env: AGENTFS_SYNC_MASK)
      --trust T               what this run may do; auto: as the CI says, so that forks and unprotected
                              branches only read, and without a token nothing is done, successfully
                              (auto|trusted|read-only|none; default: trusted; env: AGENTFS_SYNC_TRUST)
      --cache-dir DIR         a folder that the CI caches: what was pulled is kept there, encrypted with
                              AGENTFS_SYNC_CACHE_SECRET or the token, and only what changed since is
                              pulled
                              (env: AGENTFS_SYNC_CACHE_DIR)
      --report-file FILE      write the object of --json into this file too, with each thing that was
                              changed
                              (env: AGENTFS_SYNC_REPORT_FILE)
      --html FILE             write the result as one HTML page that needs nothing else
                              (env: AGENTFS_SYNC_HTML)
      --output-file FILE      write what was done as NAME=value lines (dotenv) for later jobs
                              (env: AGENTFS_SYNC_OUTPUT_FILE)
      --rescue-dir DIR        a folder that the CI keeps: what could not be pushed goes there, a file
                              for \`rescue push\`
                              (env: AGENTFS_SYNC_RESCUE_DIR)
      --undo-dir DIR          a folder that the CI keeps: each push puts the bundle that takes it back
                              there too, a file for \`revert\`
                              (env: AGENTFS_SYNC_UNDO_DIR)
      --undo-limit MB         how much the bundles that take pushes back may hold of each agent on this
                              machine; 0: none are kept
                              (default: 64; env: AGENTFS_SYNC_UNDO_LIMIT)
      --timeout-seconds N     how long a pull or push may take
                              (default: 120; env: AGENTFS_SYNC_TIMEOUT_SECONDS)
      --concurrency N         how many agents at the same time
                              (default: 4; env: AGENTFS_SYNC_CONCURRENCY)
      --engine E              how the remote is spoken to; agentfs: by the native sync of that program,
                              for one writer at a time
                              (http|agentfs; default: http; env: AGENTFS_SYNC_ENGINE)
      --json                  print one JSON object on standard output, everything else on standard
                              error
      --quiet                 print errors only
      --verbose               say every step on standard error
      --config FILE           JSON file with the long names of these flags as keys
      -h, --help              show this help

    Examples:
      agentfs-sync run --agent my-agent --remote-url libsql://my-agent-acme.turso.io -- node agent.js
      agentfs-sync run --push-on success -- npm test
      agentfs-sync run --push-every 5 --mask -- ./agent.sh
    "
  `);
});

test("the help of pull", () => {
  expect(commandHelp("pull")).toMatchInlineSnapshot(`
    "Usage: agentfs-sync pull [flags]

    Brings what the remote holds into the working copy, .agentfs/<id>.db: a plain SQLite file for any
    program. Never overwrites changes that were not pushed.

    Flags:
      --agent ID              the agent; repeat the flag or separate by commas for several
                              (env: AGENTFS_SYNC_AGENT)
      --remote-url URL        the agent's database (libsql://… or https://…; http://… on loopback);
                              {agent} in it is replaced by the id
                              (env: AGENTFS_SYNC_REMOTE_URL)
      --auth-token-file FILE  file that holds the token; without it the token is read from
                              TURSO_DB_AUTH_TOKEN
      --directory DIR         the folder that holds .agentfs/
                              (default: the current one; env: AGENTFS_SYNC_DIRECTORY)
      --read-only             send nothing but reads (env: AGENTFS_SYNC_READ_ONLY)
      --on-unpushed W         what a pull does with changes that were never pushed
                              (refuse|set-aside; default: refuse; env: AGENTFS_SYNC_ON_UNPUSHED)
      --adopt                 push a working copy of unknown origin as if all in it were new
                              (env: AGENTFS_SYNC_ADOPT)
      --allow G               let one guard pass; may be repeated
                              (mass-change|remote-replaced; env: AGENTFS_SYNC_ALLOW)
      --trust T               what this run may do; auto: as the CI says, so that forks and unprotected
                              branches only read, and without a token nothing is done, successfully
                              (auto|trusted|read-only|none; default: trusted; env: AGENTFS_SYNC_TRUST)
      --cache-dir DIR         a folder that the CI caches: what was pulled is kept there, encrypted with
                              AGENTFS_SYNC_CACHE_SECRET or the token, and only what changed since is
                              pulled
                              (env: AGENTFS_SYNC_CACHE_DIR)
      --report-file FILE      write the object of --json into this file too, with each thing that was
                              changed
                              (env: AGENTFS_SYNC_REPORT_FILE)
      --html FILE             write the result as one HTML page that needs nothing else
                              (env: AGENTFS_SYNC_HTML)
      --output-file FILE      write what was done as NAME=value lines (dotenv) for later jobs
                              (env: AGENTFS_SYNC_OUTPUT_FILE)
      --timeout-seconds N     how long a pull or push may take
                              (default: 120; env: AGENTFS_SYNC_TIMEOUT_SECONDS)
      --concurrency N         how many agents at the same time
                              (default: 4; env: AGENTFS_SYNC_CONCURRENCY)
      --engine E              how the remote is spoken to; agentfs: by the native sync of that program,
                              for one writer at a time
                              (http|agentfs; default: http; env: AGENTFS_SYNC_ENGINE)
      --json                  print one JSON object on standard output, everything else on standard
                              error
      --quiet                 print errors only
      --verbose               say every step on standard error
      --config FILE           JSON file with the long names of these flags as keys
      -h, --help              show this help

    Examples:
      agentfs-sync pull --agent my-agent --remote-url libsql://my-agent-acme.turso.io
      agentfs-sync pull --agent planner,coder --remote-url 'libsql://{agent}-acme.turso.io'
    "
  `);
});

test("the help of status", () => {
  expect(commandHelp("status")).toMatchInlineSnapshot(`
    "Usage: agentfs-sync status [flags]

    Shows what changed since the last pull and which pushes are not settled. Makes no request and
    changes no file.

    Flags:
      --agent ID              the agent; repeat the flag or separate by commas for several
                              (env: AGENTFS_SYNC_AGENT)
      --remote-url URL        the agent's database (libsql://… or https://…; http://… on loopback);
                              {agent} in it is replaced by the id
                              (env: AGENTFS_SYNC_REMOTE_URL)
      --auth-token-file FILE  file that holds the token; without it the token is read from
                              TURSO_DB_AUTH_TOKEN
      --directory DIR         the folder that holds .agentfs/
                              (default: the current one; env: AGENTFS_SYNC_DIRECTORY)
      --concurrency N         how many agents at the same time
                              (default: 4; env: AGENTFS_SYNC_CONCURRENCY)
      --engine E              how the remote is spoken to; agentfs: by the native sync of that program,
                              for one writer at a time
                              (http|agentfs; default: http; env: AGENTFS_SYNC_ENGINE)
      --json                  print one JSON object on standard output, everything else on standard
                              error
      --quiet                 print errors only
      --verbose               say every step on standard error
      --config FILE           JSON file with the long names of these flags as keys
      -h, --help              show this help

    Example:
      agentfs-sync status --agent my-agent --remote-url libsql://my-agent-acme.turso.io --json
    "
  `);
});

test("the help of diff", () => {
  expect(commandHelp("diff")).toMatchInlineSnapshot(`
    "Usage: agentfs-sync diff [flags]

    Lists the files, keys, tool calls and other rows that changed since the last pull or push, with a
    unified diff of text files of at most 64 KiB. Makes no request and changes no file. Exits with 0,
    differences or not.

    Flags:
      --agent ID              the agent; repeat the flag or separate by commas for several
                              (env: AGENTFS_SYNC_AGENT)
      --remote-url URL        the agent's database (libsql://… or https://…; http://… on loopback);
                              {agent} in it is replaced by the id
                              (env: AGENTFS_SYNC_REMOTE_URL)
      --auth-token-file FILE  file that holds the token; without it the token is read from
                              TURSO_DB_AUTH_TOKEN
      --directory DIR         the folder that holds .agentfs/
                              (default: the current one; env: AGENTFS_SYNC_DIRECTORY)
      --html FILE             write the result as one HTML page that needs nothing else
                              (env: AGENTFS_SYNC_HTML)
      --concurrency N         how many agents at the same time
                              (default: 4; env: AGENTFS_SYNC_CONCURRENCY)
      --engine E              how the remote is spoken to; agentfs: by the native sync of that program,
                              for one writer at a time
                              (http|agentfs; default: http; env: AGENTFS_SYNC_ENGINE)
      --json                  print one JSON object on standard output, everything else on standard
                              error
      --quiet                 print errors only
      --verbose               say every step on standard error
      --config FILE           JSON file with the long names of these flags as keys
      -h, --help              show this help

    Examples:
      agentfs-sync diff --agent my-agent --remote-url libsql://my-agent-acme.turso.io
      agentfs-sync diff --json
    "
  `);
});

test("the help of verify", () => {
  expect(commandHelp("verify")).toMatchInlineSnapshot(`
    "Usage: agentfs-sync verify [flags]

    Holds the working copy, or with --remote what the server holds, against every rule of a consistent
    AgentFS: entries and inodes, sizes and chunks, links, JSON. Names what breaks one, and exits with 5
    then. Changes nothing; without --remote it makes no request.

    Flags:
      --agent ID              the agent; repeat the flag or separate by commas for several
                              (env: AGENTFS_SYNC_AGENT)
      --remote-url URL        the agent's database (libsql://… or https://…; http://… on loopback);
                              {agent} in it is replaced by the id
                              (env: AGENTFS_SYNC_REMOTE_URL)
      --auth-token-file FILE  file that holds the token; without it the token is read from
                              TURSO_DB_AUTH_TOKEN
      --directory DIR         the folder that holds .agentfs/
                              (default: the current one; env: AGENTFS_SYNC_DIRECTORY)
      --remote                verify what the server holds, not the working copy
      --timeout-seconds N     how long a pull or push may take
                              (default: 120; env: AGENTFS_SYNC_TIMEOUT_SECONDS)
      --concurrency N         how many agents at the same time
                              (default: 4; env: AGENTFS_SYNC_CONCURRENCY)
      --engine E              how the remote is spoken to; agentfs: by the native sync of that program,
                              for one writer at a time
                              (http|agentfs; default: http; env: AGENTFS_SYNC_ENGINE)
      --json                  print one JSON object on standard output, everything else on standard
                              error
      --quiet                 print errors only
      --verbose               say every step on standard error
      --config FILE           JSON file with the long names of these flags as keys
      -h, --help              show this help

    Examples:
      agentfs-sync verify --agent my-agent --remote-url libsql://my-agent-acme.turso.io
      agentfs-sync verify --remote --json
    "
  `);
});

test("the help of rescue", () => {
  expect(commandHelp("rescue")).toMatchInlineSnapshot(`
    "Usage: agentfs-sync rescue list|export|push [flags]

    \`rescue list\` shows what pushes that failed and pulls that set changes aside have kept, with its
    push ids. It makes no request and needs no remote URL. Without --agent it looks at all agents of the
    folder.

    \`rescue export FILE\` writes one of them into a file that holds all that is needed, and no secret.
    What is kept stays.

    \`rescue push FILE\` pushes that file, on any machine; \`rescue push --push-id ID\` what is kept on this
    one. Both merge it with what the remote holds now, as the push would have done. Pushed twice, by
    whomever, it is there once.

    The remote is the one of --remote-url, never the one that the file names.

    Flags:
      --agent ID              the agent; repeat the flag or separate by commas for several
                              (env: AGENTFS_SYNC_AGENT)
      --remote-url URL        the agent's database (libsql://… or https://…; http://… on loopback);
                              {agent} in it is replaced by the id
                              (env: AGENTFS_SYNC_REMOTE_URL)
      --auth-token-file FILE  file that holds the token; without it the token is read from
                              TURSO_DB_AUTH_TOKEN
      --directory DIR         the folder that holds .agentfs/
                              (default: the current one; env: AGENTFS_SYNC_DIRECTORY)
      --push-id ID            which of several kept pushes; \`rescue list\` shows them
      --conflict P            what becomes of a thing that both sides changed: ours stays beside theirs
                              under another name, one side counts, or the push fails and changes nothing
                              (keep-both|ours|theirs|fail; default: keep-both; env:
                              AGENTFS_SYNC_CONFLICT)
      --read-only             send nothing but reads (env: AGENTFS_SYNC_READ_ONLY)
      --allow G               let one guard pass; may be repeated
                              (mass-change|remote-replaced; env: AGENTFS_SYNC_ALLOW)
      --undo-dir DIR          a folder that the CI keeps: each push puts the bundle that takes it back
                              there too, a file for \`revert\`
                              (env: AGENTFS_SYNC_UNDO_DIR)
      --undo-limit MB         how much the bundles that take pushes back may hold of each agent on this
                              machine; 0: none are kept
                              (default: 64; env: AGENTFS_SYNC_UNDO_LIMIT)
      --timeout-seconds N     how long a pull or push may take
                              (default: 120; env: AGENTFS_SYNC_TIMEOUT_SECONDS)
      --json                  print one JSON object on standard output, everything else on standard
                              error
      --quiet                 print errors only
      --verbose               say every step on standard error
      --config FILE           JSON file with the long names of these flags as keys
      -h, --help              show this help

    Examples:
      agentfs-sync rescue list
      agentfs-sync rescue export my-agent.rescue --agent my-agent
      agentfs-sync rescue push my-agent.rescue --remote-url libsql://my-agent-acme.turso.io
    "
  `);
});

test("the help of serve", () => {
  expect(commandHelp("serve")).toMatchInlineSnapshot(`
    "Usage: agentfs-sync serve [flags]

    Starts the real sync server (tursodb) on this machine, one database per agent, and prints the remote
    URL. It asks for no token and listens on 127.0.0.1 only. Runs until SIGINT or SIGTERM; the databases
    stay. They belong to the server: open them with no other program.

    The program comes from AGENTFS_SYNC_TURSODB, the npm package \`turso\`, or the PATH.

    Flags:
      --agent ID       the agent; repeat the flag or separate by commas for several
                       (env: AGENTFS_SYNC_AGENT)
      --port N         port to listen on (default: a free one)
      --data DIR       the folder that keeps the databases (default: .agentfs-serve in --directory)
      --directory DIR  the folder that holds .agentfs/
                       (default: the current one; env: AGENTFS_SYNC_DIRECTORY)
      --json           print one JSON object on standard output, everything else on standard error
      --quiet          print errors only
      --verbose        say every step on standard error
      --config FILE    JSON file with the long names of these flags as keys
      -h, --help       show this help

    Examples:
      agentfs-sync serve --agent my-agent
      agentfs-sync serve --agent planner,coder --port 8080 --data ./databases
    "
  `);
});

describe("every help", () => {
  test.each(COMMAND_NAMES)("of %s fits a line of 100 characters and shows each of its flags and an example", (name) => {
    const help = commandHelp(name);
    expect(help.split("\n").filter((line) => line.length > 100)).toEqual([]);
    for (const flag of commandSpec(name).flags) expect(help).toMatch(new RegExp(`--${flag}[ \n]`));
    expect(help).toContain(`\n  agentfs-sync ${name}`);
  });

  test("together they show every flag", () => {
    const shown = new Set(COMMAND_NAMES.flatMap((name) => commandSpec(name).flags as readonly string[]));
    expect(FLAG_NAMES.filter((flag) => !shown.has(flag))).toEqual(["version"]);
  });
});
