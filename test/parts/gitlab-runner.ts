import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { cleanEnv } from "./run-child.ts";

/** A job as `gitlab-ci-local --preview` shows it, which writes `$$` for a `$` that is not expanded. */
export interface GitLabJob {
  readonly variables?: Readonly<Record<string, string>>;
  readonly before_script?: readonly string[];
  readonly script: readonly string[];
  readonly after_script?: readonly string[];
  readonly timeout?: string;
}

export interface GitLabJobResult {
  readonly status: "success" | "failed" | "canceled";
  readonly log: string;
  /** How the push of after_script ended; null: it was not run. */
  readonly afterExit: number | null;
}

interface Options {
  readonly cwd: string;
  /** CI/CD variables: of the project, of the group, predefined. */
  readonly variables: Readonly<Record<string, string>>;
  /** Names of those that are masked. */
  readonly masked: readonly string[];
  /** Somebody presses the button when this is in the log. */
  readonly cancelAt?: string;
}

/** Processes that are told to end are killed so much later. GitLab's runner gives them longer. */
const GRACE_MS = 8_000;

/**
 * What `gitlab-ci-local` lacks of GitLab's runner, by its documentation: masked variables; a cancelled job, and one that takes longer than
 * RUNNER_SCRIPT_TIMEOUT, get SIGTERM and then after_script; that is cut at RUNNER_AFTER_SCRIPT_TIMEOUT; its exit code counts where
 * AFTER_SCRIPT_IGNORE_ERRORS is "false"; nothing is run any more when the job's own timeout ends. One shell for before_script and script,
 * another one for after_script, in the same folder.
 * https://docs.gitlab.com/ci/yaml/#after_script, https://docs.gitlab.com/ci/runners/configure_runners/
 */
export async function runGitLabJob(job: GitLabJob, options: Options): Promise<GitLabJobResult> {
  const variables = expand({ ...job.variables }, options.variables);
  const secrets = options.masked.flatMap((name) => options.variables[name] ?? []);
  let log = "";
  const { promise: button, resolve: cancel } = Promise.withResolvers<"canceled">();
  const say = (text: string) => {
    log += secrets.reduce((rest, secret) => rest.replaceAll(secret, "[MASKED]"), text);
    if (options.cancelAt !== undefined && log.includes(options.cancelAt)) cancel("canceled");
  };
  const shell = (lines: readonly string[], status: string) =>
    startShell(lines, { cwd: options.cwd, env: { ...cleanEnv(), ...variables, CI_JOB_STATUS: status }, say });

  const timers = new AbortController();
  const after = (text: string | undefined) =>
    text === undefined ? never : sleep(toMs(text), undefined, { signal: timers.signal }).catch(() => never);
  const main = shell([...(job.before_script ?? []), ...job.script], "running");
  const end = await Promise.race([
    main.ended,
    after(variables.RUNNER_SCRIPT_TIMEOUT).then(() => "script-timeout" as const),
    after(job.timeout).then(() => "job-timeout" as const),
    button,
  ]);
  if (typeof end === "string") await main.stop();
  const status = end === "canceled" ? end : end === 0 ? "success" : "failed";
  if (job.after_script === undefined || end === "job-timeout") {
    timers.abort();
    return { status, log, afterExit: null };
  }
  const second = shell(job.after_script, status);
  const afterEnd = await Promise.race([second.ended, after(variables.RUNNER_AFTER_SCRIPT_TIMEOUT ?? "5m").then(() => null)]);
  if (afterEnd === null) await second.stop();
  timers.abort();
  const afterExit = await second.ended;
  const isFailure = status === "success" && afterExit !== 0 && variables.AFTER_SCRIPT_IGNORE_ERRORS === "false";
  return { status: isFailure ? "failed" : status, log, afterExit };
}

const never = new Promise<never>(() => undefined);

interface Shell {
  readonly ended: Promise<number>;
  stop(): Promise<void>;
}

function startShell(
  lines: readonly string[],
  { cwd, env, say }: { cwd: string; env: Record<string, string>; say: (text: string) => void },
): Shell {
  const script = ["set -eo pipefail", ...lines].join("\n");
  // A group of its own, which the runner signals as a whole.
  const child = spawn("bash", ["-c", script], { cwd, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (bytes: Buffer) => say(bytes.toString("utf8")));
  const ended = once(child, "close").then(([code, signal]) => (signal === null ? Number(code) : 1));
  return {
    ended,
    stop: async () => {
      signalGroup(child, "SIGTERM");
      const timer = setTimeout(() => signalGroup(child, "SIGKILL"), GRACE_MS);
      await ended;
      clearTimeout(timer);
    },
  };
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** The project's variables come before those of the job. */
function expand(ofJob: NonNullable<GitLabJob["variables"]>, given: Readonly<Record<string, string>>): Record<string, string> {
  const filled = (text: string) =>
    text.replace(/\$\$|\$\{?(\w+)\}?/g, (_, name?: string) => (name === undefined ? "$" : (given[name] ?? "")));
  const own = Object.entries(ofJob).map(([name, value]) => [name, filled(String(value))]);
  return { ...Object.fromEntries(own), ...given };
}

function toMs(text: string): number {
  const [, number = "", unit = ""] = /^(\d+)\s*([smh])/.exec(text) ?? [];
  return Number(number) * { s: 1_000, m: 60_000, h: 3_600_000 }[unit as "s" | "m" | "h"];
}
