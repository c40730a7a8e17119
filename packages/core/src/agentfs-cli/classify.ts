import { type ErrorCode, SyncError } from "../errors.ts";
import { codeOfStatus } from "../remote/status.ts";
import type { CommandResult } from "./command.ts";
import { commandLine } from "./command-line.ts";

/** The HTTP status that the program quotes of its remote. */
const STATUS = /(?:remote server returned an error|unexpected http response): status=(\d{3})/;

/** What the program's own words mean, first match first. The texts are those of agentfs 0.6.4, seen in its recorded runs. */
const WORDS: readonly (readonly [pattern: RegExp, code: ErrorCode])[] = [
  [/sync is not enabled for this database/, "sync-not-enabled"],
  [/agent '.*' not found at/, "agent-missing"],
  [/Agent '.*' already exists at/, "agent-exists"],
  [/Invalid agent ID/, "config-invalid"],
  [/File not found: /, "file-missing"],
  [/invalid page size in database header|not a database|malformed|Corrupt/i, "not-a-database"],
  [/database is locked|locking error|failed locking/i, "working-copy-busy"],
  [/target_pull_gen|unable to find|checkpoint_seq|short read/i, "replica-incomplete"],
  [/UNIQUE constraint failed/i, "conflict"],
  [/no space left|disk.*full|read-only file system|permission denied/i, "file-system"],
  [/error sending request|connect|dns|tls|certificate|network/i, "remote-unreachable"],
  [/unexpected argument|a value is required|unrecognized subcommand|invalid value/, "agentfs-unsupported"],
];

/** Words that say that something failed, and nothing of why. */
const WITHOUT_CAUSE = /Failed to initialize database/;

/** Whether the remote has to be asked for the cause: `init` prints the same for a wrong token, a wrong name and no network. */
export function hidesItsCause({ stderr }: Pick<CommandResult, "stderr">): boolean {
  return WITHOUT_CAUSE.test(stderr);
}

/** The error of a call that ended by itself, but not well. */
export function classify(result: CommandResult): SyncError {
  const { argv, exitCode, signal, stderr } = result;
  const status = STATUS.exec(stderr)?.[1];
  const code =
    status === undefined
      ? (WORDS.find(([pattern]) => pattern.test(stderr))?.[1] ?? "agentfs-failed")
      : codeOfStatus(Number(status));
  const said = saidLast(stderr);
  const how = signal === null ? `ended with ${exitCode}` : `was ended by ${signal}`;
  return new SyncError(code, `\`${commandLine(argv)}\` ${how}${said === "" ? " and said nothing" : `: ${said}`}.`, {
    details: { argv, exitCode, signal, stderr, ...(status === undefined ? {} : { status: Number(status) }) },
  });
}

const QUOTED_CHARACTERS = 300;

/** Its error in one line, without the line that names the agent. */
function saidLast(stderr: string): string {
  const lines = stderr.split("\n").filter((line) => line.trim() !== "" && !line.startsWith("Using agent: "));
  const line = lines.find((each) => /^error/i.test(each)) ?? lines[0] ?? "";
  return line
    .replace(/^error: /i, "")
    .replace(/\s+/g, " ")
    .replace(/\.$/, "")
    .trim()
    .slice(0, QUOTED_CHARACTERS);
}
