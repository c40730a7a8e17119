import { join, resolve } from "node:path";
import { type ConfigInput, parseConfig } from "../config/parse.ts";
import type { RunConfig } from "../config/types.ts";
import { SyncError } from "../errors.ts";
import { Deadline } from "../remote/deadline.ts";
import { buildReport } from "../report/build.ts";
import type { AgentReport, RunReport } from "../report/types.ts";
import type { SyncIo } from "../sync/context.ts";
import { exportBundle } from "./export.ts";
import { findOne, scopeOf } from "./find.ts";
import { listBundles } from "./list.ts";
import { pushFile, pushKept } from "./push.ts";
import { readHeader } from "./read-header.ts";

/** What to do with what could not be pushed. `pushId` null: the only one that is kept. */
export type RescueRequest =
  | { readonly action: "list" }
  | { readonly action: "export"; readonly file: string; readonly pushId: string | null }
  | { readonly action: "push"; readonly file: string }
  | { readonly action: "push"; readonly pushId: string };

/**
 * Lists, exports or pushes what is kept of pushes that did not come to their end. `list` and `export` need no remote; `push` needs its URL:
 * a bundle's own is never asked, since the token would go to whomever it names.
 * @throws SyncError for what is wrong before an agent is known: `usage`, `config-invalid`, `engine-unsupported`, `rescue-missing`, `rescue-damaged`
 * @example const report = await runRescue({ action: "push", file: "bot.rescue" }, { agents: [], remoteUrl, authToken }, io)
 */
export async function runRescue(request: RescueRequest, input: ConfigInput, io: SyncIo): Promise<RunReport> {
  const startedAt = Date.now();
  if (input.engine === "agentfs") {
    throw new SyncError(
      "engine-unsupported",
      'Engine "agentfs" keeps nothing to rescue: what it cannot push stays in the database.',
      {
        hint: "Push again when the cause is gone. What engine `http` has kept needs that engine: take AGENTFS_SYNC_ENGINE or `engine` away.",
      },
    );
  }
  if (request.action !== "push") {
    const scope = await scopeOf(input);
    const agents =
      request.action === "list" ? await listBundles(scope) : [await exportBundle(scope, request.file, request.pushId)];
    if (agents.length === 0) io.info(`There is no agent in ${join(scope.directory, ".agentfs")}`);
    return buildReport("rescue", "", startedAt, agents);
  }
  const { config, work } = "file" in request ? await fromFile(request.file, input) : await fromFolder(request.pushId, input);
  const agent = await work(new Deadline(config.timeoutMs, io.signal), io);
  return buildReport("rescue", config.runId, startedAt, [agent]);
}

interface Prepared {
  readonly config: RunConfig;
  readonly work: (deadline: Deadline, io: SyncIo) => Promise<AgentReport>;
}

async function fromFile(file: string, input: ConfigInput): Promise<Prepared> {
  const path = resolve(file);
  const read = await readHeader(path);
  const { agent, remoteUrl } = read.header;
  if (input.agents.length > 0 && !input.agents.includes(agent)) {
    throw new SyncError("config-invalid", `${path} is of the agent "${agent}", not of ${input.agents.join(", ")}.`, {
      hint: "A bundle knows its agent: leave --agent and AGENTFS_SYNC_AGENT away, or name this one.",
    });
  }
  const config = configFor(agent, remoteUrl, input);
  return { config, work: (deadline, io) => pushFile(config, io, deadline, { path, read }) };
}

async function fromFolder(pushId: string, input: ConfigInput): Promise<Prepared> {
  const { agent, pending } = await findOne(await scopeOf(input), pushId);
  const config = configFor(agent, pending.from.url, input);
  return { config, work: (deadline, io) => pushKept(config, io, deadline, pushId) };
}

/** The bundle's URL is only told. */
function configFor(agent: string, madeFor: string | null, input: ConfigInput): RunConfig {
  if (input.remoteUrl === undefined || input.remoteUrl.trim() === "") {
    const known = madeFor === null ? "" : ` It was made for ${madeFor}.`;
    throw new SyncError("config-invalid", `No remote URL is given.${known}`, {
      hint: "Give it with --remote-url URL or AGENTFS_SYNC_REMOTE_URL.",
    });
  }
  return parseConfig({ ...input, agents: [agent] });
}
