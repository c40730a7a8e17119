import { createHash } from "node:crypto";
import type { ContentWrite, Plan } from "../../agentfs/merge/types.ts";
import { SyncError } from "../../errors.ts";
import type { SqlValue } from "../../remote/value.ts";
import type { Database } from "../../replica/sqlite.ts";
import { ContentHash, type ContentHashes, contentKey, contentRows, removedIndexes } from "../content-rows.ts";
import type { AgentContext } from "../context.ts";
import { guardStatement } from "../guards.ts";
import { reservationIsThere } from "./guards.ts";
import { Packer, type StagedRow } from "./packer.ts";
import { LEASE_SECONDS } from "./reserve.ts";
import { sendTransaction } from "./send.ts";
import { largeValues, sizeOf } from "./size.ts";
import type { Stage } from "./stage.ts";

/**
 * Stages what a plan writes and what is not staged yet, row by row as it is read: memory does not grow with it. False if the reservation
 * was revoked meanwhile. `say` is told what was sent so far. `source` has the origin as `main` and the snapshot as `ours`.
 * @throws SyncError `remote-error`, `unsupported-value`, and as requests do
 */
export async function upload(
  context: AgentContext,
  stage: Stage,
  plan: Plan,
  source: Database,
  hashes: ContentHashes,
  say: (sentBytes: number) => void,
): Promise<boolean> {
  const packer = new Packer();
  let sentBytes = 0;
  for (const row of missingRows(stage, plan, source, hashes)) {
    if (packer.isFullFor(row)) {
      if (!(await send(context, stage, packer))) return false;
      say(sentBytes);
    }
    packer.add(row);
    sentBytes += row.sizeBytes;
  }
  return send(context, stage, packer);
}

/** What is named as staged when its last row was given is so when all rows were sent; a push that cannot send them gives the stage up. */
function* missingRows(stage: Stage, plan: Plan, source: Database, hashes: ContentHashes): Generator<StagedRow> {
  for (const write of plan.contents) if (!stage.contents.has(contentKey(write))) yield* contentOf(stage, write, source, hashes);
  for (const value of largeValues(plan)) {
    const key = valueKey(value);
    if (stage.values.has(key)) continue;
    const [id, sizeBytes] = [stage.nextValueId(), sizeOf(value)];
    stage.values.set(key, { id, sizeBytes });
    yield { table: "agentfs_sync_stage", values: [stage.id, id, value], sizeBytes };
  }
}

function* contentOf(stage: Stage, write: ContentWrite, source: Database, hashes: ContentHashes): Generator<StagedRow> {
  const isWholeFile = !write.isDelta && "localIno" in write.source;
  const ino = isWholeFile ? stage.placeOf(write.source.localIno) : stage.nextIno();
  const hash = new ContentHash(removedIndexes(write, source));
  let [rowCount, size] = [0, 0];
  for (const row of contentRows(write, source)) {
    hash.add(row);
    const sizeBytes = bytesOf(row.data);
    rowCount++;
    size += sizeBytes;
    yield { table: "fs_data", values: [ino, row.index, row.data], sizeBytes };
  }
  const key = contentKey(write);
  hashes.set(key, hash);
  stage.contents.set(key, { ino, rowCount, sizeBytes: size });
}

const bytesOf = (data: SqlValue) => (data instanceof Uint8Array ? data.length : Buffer.byteLength(String(data)));

/** What a value is known by among those that are staged; TEXT and BLOB are told apart. */
export function valueKey(value: string | Uint8Array): string {
  return createHash("sha256")
    .update(typeof value)
    .update(value)
    .digest("hex");
}

async function send(context: AgentContext, stage: Stage, packer: Packer): Promise<boolean> {
  const rows = packer.take();
  if (rows.length === 0) return true;
  const renewal = {
    sql: `UPDATE agentfs_sync_reservation SET lease_until = unixepoch() + ${LEASE_SECONDS} WHERE id = ?`,
    args: [stage.id],
  };
  const sent = await sendTransaction(context, [guardStatement(reservationIsThere(stage)), renewal, ...rows]);
  if (!sent.done && sent.failedAt !== 0)
    throw new SyncError("remote-error", `${context.remote.url} could not take what was staged: ${sent.message}.`);
  return sent.done;
}
