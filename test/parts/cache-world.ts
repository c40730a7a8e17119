import { join } from "node:path";
import { listAgent, runAgent } from "./agent.ts";
import { type CacheService, startCacheService } from "./cache-service.ts";
import { type Fault, type RecordedRequest, startProxy, type TestProxy } from "./proxy.ts";
import { type JobOptions, type StepResult, startJob, type TestJob } from "./runner.ts";
import { startServer } from "./server.ts";

export const TOKEN = "token-of-the-cache-test-0123456789";
export const SECRET = "secret-of-the-cache-test-0123456789";

/** A remote, a cache service, and jobs that use both. */
export interface CacheWorld {
  readonly remote: TestProxy;
  readonly cache: CacheService;
  /** What goes wrong with the remote from now on. */
  fault: ((request: RecordedRequest) => Fault | undefined) | undefined;
  /** A job on a machine of its own, as the next run would be. */
  job(options?: JobOptions): Promise<TestJob>;
}

let runs = 0;

export async function startCacheWorld(): Promise<CacheWorld> {
  const remote = await startProxy({
    upstream: (await startServer()).url,
    token: TOKEN,
    fault: (request) => world.fault?.(request),
  });
  const cache = await startCacheService();
  const job = ({ inputs = {}, env = {}, ...options }: JobOptions = {}) => {
    runs += 1;
    return startJob({
      ...options,
      inputs: { agents: "bot", "remote-url": remote.url, "auth-token": TOKEN, "cache-secret": SECRET, ...inputs },
      env: { ...cache.env, GITHUB_RUN_ID: String(runs), GITHUB_RUN_ATTEMPT: "1", ...env },
    });
  };
  const world: CacheWorld = { remote, cache, fault: undefined, job };
  return world;
}

export function failedStep({ exitCode, stdout, stderr }: StepResult): string | null {
  return exitCode === 0 ? null : stdout + stderr;
}

export const writeFileIn = (job: TestJob, path: string, text = `note in ${path}`) =>
  runAgent(join(job.workspace, ".agentfs/bot.db"), [{ op: "writeFile", path, text }]);

/** Paths in the job's working copy. */
export const filesIn = async (job: TestJob) =>
  Object.keys((await listAgent(join(job.workspace, ".agentfs/bot.db"))).files).sort();

/** One whole run that writes a file. The second one's base is the first that holds a receipt, which a cache needs. */
export async function runJob(world: CacheWorld, path: string, text?: string): Promise<TestJob> {
  const job = await world.job();
  for (const step of [() => job.main(), () => writeFileIn(job, path, text), () => job.post()]) {
    const result = await step();
    const failure = "exitCode" in result ? failedStep(result) : null;
    if (failure !== null) throw new Error(failure);
  }
  return job;
}
