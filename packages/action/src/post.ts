import { resolve } from "node:path";
import { type RunReport, renderSummary, runSync, SyncError, type UndoFile, withoutContents } from "@agentfs-sync/core";
import { saveRescue } from "./cache/save-rescue.ts";
import { type CacheSession, openCache } from "./cache/session.ts";
import { saveUndos } from "./cache/undo-entries.ts";
import { saveBase } from "./cache/warm-start.ts";
import { isClaimed } from "./claim.ts";
import { configure } from "./configure.ts";
import { decidePush } from "./decision.ts";
import { readJobStatus } from "./inputs.ts";
import { NO_OUTPUTS, pushOutputs, writeOutputs } from "./outputs.ts";
import { type Exported, exportRescues } from "./rescue-files.ts";
import { load, type ReadyState } from "./state.ts";
import { runStep, type StepContext } from "./step.ts";
import { writeSummary } from "./summary.ts";
import { fingerprint, type Secrets } from "./token.ts";
import { exportUndos, undosSince } from "./undo-files.ts";
import { warnOfUnpulled } from "./unpulled.ts";

/** The post step: pushes what the job changed, if the main step got so far and `push-on` wants it. */
export function post(env: NodeJS.ProcessEnv = process.env): Promise<void> {
  return runStep({ run: push, onError: () => writeOutputs({ pushed: NO_OUTPUTS.pushed }) }, env);
}

async function push({ env, secrets, say }: StepContext): Promise<void> {
  const state = load();
  const jobStatus = readJobStatus(env);
  const decision = decidePush(state, jobStatus);
  if (state === null) await refuseLostState(env);
  if (!decision.push) say.info(decision.why);
  if (state !== null && state.phase !== "skipped") await warnOfUnpulled(state, env, say);
  if (state?.phase !== "ready") return;
  const other = otherSecret(secrets, state);
  if (other !== null && decision.push) throw other;
  // With other secrets nothing could be put into the cache that main would have opened.
  if (other !== null) return;
  const agents = state.agents.map(({ agent }) => agent);
  // After a cancel there are seconds left, which belong to what would be lost.
  const isCancelled = jobStatus === "cancelled";
  const artifact = isCancelled ? null : state.reportArtifact;
  const config = configure({ ...state, agents, reportsChanges: artifact !== null }, secrets.authToken, env);
  await using cache = openCache({ env, config, say }, { secret: secrets.cacheSecret, isWanted: state.cache });

  let report: RunReport | null = null;
  let whole: RunReport | null = null;
  let files: Exported["files"] = new Map();
  if (decision.push) {
    const pushed = await say.group(`Pushing ${agents.join(", ")}`, () => runSync("push", config, say));
    const exported = await exportRescues(config, pushed, say, env);
    files = exported.files;
    whole = exported.report;
    report = say.clean(withoutContents(whole));
    writeOutputs(pushOutputs(report));
    if (state.summary) await writeSummary(renderSummary(state.agents, report), env);
    say.tell(report, state.failOn === "any" || state.failOn === "push" ? "fail" : "warn");
  }
  const undos = new Map<string, readonly UndoFile[]>();
  for (const { agent } of state.agents) {
    const found = await undosSince(state.startedAtMs, config, agent, say);
    undos.set(agent, found);
    await exportUndos(config, agent, found, say);
  }
  if (cache !== null) await keep(cache, state, report, files, undos, isCancelled ? "rescue" : "all");
  if (artifact === null || whole === null || report === null || renderSummary([], report) === "") return;
  const { keepReport } = await import("./artifact/report-artifact.ts");
  await keepReport({ env, say }, artifact, whole, undos, state.summary);
}

/** Main has pulled, but what it saved is not here: a job whose work is not pushed must not end as if it were. */
async function refuseLostState(env: NodeJS.ProcessEnv): Promise<void> {
  const directory = resolve(env["GITHUB_WORKSPACE"] || ".", env["INPUT_DIRECTORY"] || ".");
  const claimed = (env["INPUT_AGENTS"] ?? "").split(/[\s,]+/).map((agent) => isClaimed(agent, directory, env));
  if (!(await Promise.all(claimed)).includes(true)) return;
  throw new SyncError("internal", "The main step has pulled, but the state that it saved is lost: nothing was pushed.", {
    hint: "The runner keeps that state between the steps of a job: see whether a step has cleared the runner's own files.",
  });
}

async function keep(
  cache: CacheSession,
  state: ReadyState,
  report: RunReport | null,
  files: Exported["files"],
  undos: ReadonlyMap<string, readonly UndoFile[]>,
  what: "all" | "rescue",
): Promise<void> {
  const lines = await Promise.all(
    cache.config.agents.map(async (target) => {
      const pushed = report?.agents.find(({ agent }) => agent === target.agent);
      const pulled = state.agents.find(({ agent }) => agent === target.agent);
      const bundle = files.get(target.agent);
      if (bundle !== undefined) await saveRescue(cache, target, bundle);
      else if (pushed?.ok !== false && what === "all") await saveBase(cache, target, pulled?.restored ?? null);
      const saved = what === "all" ? await saveUndos(cache, target, undos.get(target.agent) ?? []) : [];
      return saved.map(({ sequence }) => undoLine(target.agent, sequence));
    }),
  );
  if (state.summary) await writeSummary(lines.flat().join(""), cache.env);
}

const undoLine = (agent: string, sequence: number) =>
  `\nPush ${sequence} of \`${agent}\` can be taken back: with \`restore-undo: ${sequence}\` a later run has what \`agentfs-sync revert ${sequence}\` needs.\n`;

function otherSecret({ authToken, cacheSecret }: Secrets, state: ReadyState): SyncError | null {
  const differs = fingerprint(authToken) !== state.tokenFingerprint;
  if (!differs && fingerprint(cacheSecret) === state.cacheFingerprint) return null;
  const [secret, what] = differs ? [authToken, "token"] : [cacheSecret, "cache-secret"];
  const now = secret === null ? `has no ${what}` : `has another ${what}`;
  return new SyncError("config-invalid", `The post step ${now} than the main step had, so nothing was pushed.`, {
    hint: "Inside a composite action GitHub may hand a post step the inputs of another action: use agentfs-sync in the workflow itself.",
  });
}
