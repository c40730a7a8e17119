import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Changeset } from "../agentfs/changeset.ts";
import { newContentBytes } from "../agentfs/content.ts";
import { countChanges } from "../agentfs/diff.ts";
import type { Plan } from "../agentfs/merge/types.ts";
import { toSyncError } from "../errors.ts";
import { randomUuid } from "../random-uuid.ts";
import type { Base } from "../replica/base.ts";
import { IDENTITY } from "../replica/id-map.ts";
import { nextPushIdRevert } from "../replica/origin.ts";
import type { Pending } from "../replica/pending.ts";
import type { Database } from "../replica/sqlite.ts";
import { sizeText } from "../report/size.ts";
import type { Bundle } from "../rescue/bundle.ts";
import { writeBundle } from "../rescue/write-bundle.ts";
import type { AgentContext } from "../sync/context.ts";
import { contentBytesIn } from "./extract.ts";
import { keepSent, undoOf } from "./folder.ts";
import { writePlanFiles } from "./plan-files.ts";
import { touchedBy } from "./touched.ts";

/** Little is saved by more effort, and the commit waits. */
const COMPRESSION_LEVEL = 1;

interface Undone {
  /** Of what is about to be sent. */
  readonly digest: string;
  readonly pushId: string;
  readonly pending: Pending;
  readonly changeset: Changeset;
}

/**
 * Keeps, beside what is about to be sent, the bundle that takes it back. Before the commit: whoever is killed after it has it still. A push
 * does not fail for want of it.
 */
export async function writeUndo(
  context: AgentContext,
  { digest, pushId, pending, changeset }: Undone,
  plan: Plan,
  base: Base,
  source: Database,
): Promise<void> {
  const { paths, target, config, io } = context;
  const file = undoOf(pending);
  await rm(file, { force: true });
  if (config.undoLimitBytes === 0) return;
  const oldBytes = contentBytesIn(base.path, touchedBy(plan));
  const sizeBytes = oldBytes + changeset.sizeBytes - newContentBytes(changeset);
  if (sizeBytes > config.undoLimitBytes) {
    const limit = sizeText(config.undoLimitBytes);
    io.info(
      `${target.agent}: no undo bundle is kept of this push: it would hold ${sizeText(sizeBytes)}, more than the limit of ${limit}`,
    );
    return;
  }
  await mkdir(paths.temporary, { recursive: true });
  const folder = await mkdtemp(join(paths.temporary, "undo-"));
  try {
    const { beforePath, afterPath } = writePlanFiles(folder, plan, base, source, "hash", changeset, oldBytes);
    const bundle: Bundle = {
      agent: target.agent,
      pushId: nextPushIdRevert(pushId),
      originId: randomUuid(),
      reason: "undo",
      createdAt: new Date().toISOString(),
      runId: config.runId,
      remoteUrl: target.remoteUrl,
      remoteUuid: base.facts.uuid,
      receipt: pushId,
      copyPushed: false,
      originPath: afterPath,
      snapshotPath: beforePath,
      map: IDENTITY,
      sent: null,
      undoes: {
        pushId,
        sequence: Number(base.facts.sequence) + 1,
        schema: changeset.schema.map(({ type, name }) => `${type} ${name}`),
      },
    };
    await writeBundle(bundle, countChanges(changeset), file, folder, COMPRESSION_LEVEL);
    if (context.home !== undefined) await keepSent(context.home, file, pushId, digest);
  } catch (error) {
    io.info(`${target.agent}: no undo bundle is kept of this push (${toSyncError(error).message})`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
