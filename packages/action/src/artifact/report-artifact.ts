import { copyFile, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type RunReport, renderHtml, toSyncError, type UndoFile } from "@agentfs-sync/core";
import { makeFolder } from "../cache/workers.ts";
import type { StepContext } from "../step.ts";
import { writeSummary } from "../summary.ts";
import { undoName } from "../undo-files.ts";
import { uploadArtifact } from "./upload.ts";

/** What is to be kept of a push for people. */
export interface ReportArtifact {
  readonly name: string;
  /** Also what takes the pushes of the job back. */
  readonly withUndo: boolean;
}

/**
 * Uploads the report, as a page and as JSON, as an artifact of the run, and links it in the summary. What is pushed is pushed: failing is a
 * warning, and no more.
 * @param whole with what was changed, which may be much, and with secrets: they are taken out
 */
export async function keepReport(
  { env, say }: Pick<StepContext, "env" | "say">,
  { name, withUndo }: ReportArtifact,
  whole: RunReport,
  undos: ReadonlyMap<string, readonly UndoFile[]>,
  summary: boolean,
): Promise<void> {
  const failed = (why: string) => say.warn(`The report was not kept as the artifact ${name}: ${why}. ${wayOn(why)}`);
  try {
    const report = say.clean(whole);
    const folder = await makeFolder(env);
    try {
      const files = [join(folder, "report.html"), join(folder, "report.json")] as const;
      await writeFile(files[0], renderHtml(report));
      await writeFile(files[1], `${JSON.stringify(report, null, 2)}\n`);
      const copies = withUndo ? await copyUndos(join(folder, "undo"), undos) : [];
      const uploaded = await uploadArtifact({ name, folder, files: [...files, ...copies] }, env, say.signal);
      if (!uploaded.ok) return failed(uploaded.why);
      const url = artifactUrl(env, uploaded.id);
      say.info(`The report of the push is the artifact ${name}${url === null ? "" : `: ${url}`}`);
      if (summary && url !== null) await writeSummary(`\n[The report of the push, one thing at a time](${url})\n`, env);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  } catch (thrown) {
    failed(toSyncError(thrown).message);
  }
}

async function copyUndos(folder: string, undos: ReadonlyMap<string, readonly UndoFile[]>): Promise<readonly string[]> {
  await mkdir(folder);
  const all = [...undos].flatMap(([agent, files]) => files.map((file) => ({ from: file.path, name: undoName(agent, file) })));
  for (const { from, name } of all) await copyFile(from, join(folder, name));
  return all.map(({ name }) => join(folder, name));
}

function artifactUrl(env: NodeJS.ProcessEnv, id: number): string | null {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: run } = env;
  return server && repository && run ? `${server}/${repository}/actions/runs/${run}/artifacts/${id}` : null;
}

/** Names of artifacts are used once a run; where a runner has no service for them, it has told no step of one. */
function wayOn(why: string): string {
  if (/already exists|\b409\b/.test(why))
    return "Give each use of the action in a run, and each job of a matrix, a name of its own.";
  if (why.includes("ACTIONS_RESULTS_URL") || why.includes("ACTIONS_RUNTIME_TOKEN"))
    return "This runner has no service for artifacts: take the input report-artifact away.";
  return "The push is done; its numbers are in the job summary, and agentfs-sync log shows it.";
}
