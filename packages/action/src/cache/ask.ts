import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { CacheAnswer, CacheRequest } from "./requests.ts";
import type { CacheSession } from "./session.ts";

export type CacheResult =
  | { readonly ok: true; readonly answers: readonly CacheAnswer[] }
  /** Why nothing is known. */
  | { readonly ok: false; readonly why: string };

const LONGEST_MS = 10 * 60_000;
/** What belongs to this step alone, or would make the worker say more than it is asked. */
const NOT_HANDED_ON = [
  "GITHUB_ENV",
  "GITHUB_OUTPUT",
  "GITHUB_PATH",
  "GITHUB_STATE",
  "GITHUB_STEP_SUMMARY",
  "RUNNER_DEBUG",
  "NODE_CHANNEL_FD",
];

/**
 * Asks the cache in a process of its own (see worker.ts), whose files are in `folder`. Never throws: a cache is a help, no more.
 * @param isPatient false: the first answer that the service is out ends it, instead of half a minute of retries.
 */
export async function askCache(
  { env, stop }: CacheSession,
  folder: string,
  requests: readonly CacheRequest[],
  isPatient: boolean,
): Promise<CacheResult> {
  const temporary = join(folder, "tmp");
  await mkdir(temporary);
  const child = fork(join(import.meta.dirname, "cache.js"), [], {
    cwd: folder,
    env: {
      ...Object.fromEntries(Object.entries(env).filter(([name]) => !NOT_HANDED_ON.includes(name) && !name.startsWith("INPUT_"))),
      // Entries are unpacked here, and names in them that lead elsewhere are cut to their last part (GNU tar).
      GITHUB_WORKSPACE: folder,
      RUNNER_TEMP: temporary,
      TAR_OPTIONS: "--transform=s,^.*/,,",
    },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    execArgv: [],
    timeout: LONGEST_MS,
    killSignal: "SIGKILL",
    ...(stop === null ? {} : { signal: stop }),
  });
  let answers: readonly CacheAnswer[] | null = null;
  let problem = "";
  child.on("message", (message) => {
    answers = message as readonly CacheAnswer[];
  });
  child.on("error", (error) => {
    problem ||= error.message;
  });
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue;
    createInterface({ input: stream }).on("line", (line) => {
      const said = /^::(?:warning|error)[^:]*::(.*)/.exec(line)?.[1] ?? /Retrying request/.exec(line)?.input;
      if (said === undefined) return;
      problem = said;
      if (!isPatient && said.includes("Retrying request")) child.kill("SIGKILL");
    });
  }
  child.send(requests, () => undefined);
  await once(child, "close").catch(() => undefined);
  if (answers === null) return { ok: false, why: problem || "it gave no answer" };
  // A miss and an outage look alike, but for the warning.
  const isNothing = (answers as readonly CacheAnswer[]).every(({ key }) => key === null);
  return isNothing && problem !== "" ? { ok: false, why: problem } : { ok: true, answers };
}
