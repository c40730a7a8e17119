import { mkdirSync, readdirSync, renameSync } from "node:fs";
import { rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import * as z from "zod/mini";
import { SyncError } from "../errors.ts";
import { randomUuid } from "../random-uuid.ts";
import { isThere, readIfThere, temporaryPath, writeJson } from "./files.ts";
import { type IdMap, idMapFromJson, idMapSchema, idMapToJson } from "./id-map.ts";
import { linkImage, publishImage } from "./image/image.ts";
import { isImageThere } from "./image/names.ts";
import type { Origin } from "./origin.ts";
import type { AgentPaths } from "./paths.ts";
import { type Signature, signatureSchema } from "./signature.ts";

/** A push that is under way, of unknown outcome, or could not be made; or what a pull set aside. */
export interface Pending {
  readonly pushId: string;
  readonly folder: string;
  readonly snapshotPath: string;
  readonly originId: string;
  readonly reason: "push" | "set-aside";
  /** The working copy's files when the snapshot was taken. */
  readonly signature: Signature;
  /** False if the snapshot lacks what the working copy held half-written. */
  readonly holdsAll: boolean;
  /** ISO 8601 */
  readonly createdAt: string;
  /** The run that wrote it; null if an older version did. */
  readonly runId: string | null;
  /** What was known of the remote beside what `origin.db` holds. */
  readonly from: PendingFrom;
  /** What was sent last, or null: nothing that could still commit. */
  readonly sent: SentPlan | null;
}

/** What an origin says besides its content: it may be gone from this folder when its changes are rescued. */
export type PendingFrom = Pick<Origin, "url" | "receipt" | "copyPushed">;

export interface SentPlan {
  readonly digest: string;
  readonly map: IdMap;
}

const infoSchema = z.object({
  format: z.literal(1),
  pushId: z.string(),
  originId: z.string(),
  reason: z.enum(["push", "set-aside"]),
  signature: signatureSchema,
  holdsAll: z.boolean(),
  createdAt: z.string(),
  runId: z._default(z.nullable(z.string()), null),
  from: z._default(z.object({ url: z.nullable(z.string()), receipt: z.nullable(z.string()), copyPushed: z.boolean() }), {
    url: null,
    receipt: null,
    copyPushed: false,
  }),
});
const sentSchema = z.object({ format: z.literal(1), digest: z.string(), map: idMapSchema });

/** Keeps the snapshot, and the origin that it is to be compared with, before anything is sent. */
export async function writePending(
  paths: AgentPaths,
  origin: Origin,
  snapshot: { readonly path: string; readonly signature: Signature; readonly holdsAll?: boolean },
  reason: Pending["reason"],
  runId: string | null,
): Promise<Pending> {
  const folder = join(paths.pending, origin.pushId);
  await rm(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [image, name] of [
    [snapshot.path, "snapshot.db"],
    [origin.path, "origin.db"],
  ] as const) {
    const temporary = await temporaryPath(paths, name);
    await linkImage(image, temporary);
    await publishImage(temporary, join(folder, name));
  }
  await writeJson(paths, join(folder, "origin-map.json"), idMapToJson(origin.map));
  const { url, receipt, copyPushed } = origin;
  const info = {
    pushId: origin.pushId,
    originId: origin.id,
    reason,
    signature: snapshot.signature,
    holdsAll: snapshot.holdsAll ?? true,
    createdAt: new Date().toISOString(),
    runId,
    from: { url, receipt, copyPushed },
  };
  await writeJson(paths, join(folder, "pending.json"), { format: 1, ...info });
  return { ...info, folder, snapshotPath: join(folder, "snapshot.db"), sent: null };
}

/** Says, before a plan is sent, which one it is: whoever finds its receipt knows then what our numbers have become. */
export async function writeSent(paths: AgentPaths, pending: Pending, sent: SentPlan): Promise<void> {
  await writeJson(paths, join(pending.folder, "sent.json"), { format: 1, digest: sent.digest, map: idMapToJson(sent.map) });
}

/** What was sent is known to have changed nothing. */
export async function clearSent(pending: Pending): Promise<void> {
  await rm(join(pending.folder, "sent.json"), { force: true });
}

/** In one step: one that is half removed would look like one that is damaged. */
export async function removePending(pending: Pending): Promise<void> {
  const temporary = join(dirname(dirname(pending.folder)), "tmp", randomUuid());
  mkdirSync(dirname(temporary), { recursive: true });
  renameSync(pending.folder, temporary);
  await rm(temporary, { recursive: true, force: true });
}

/** All of them; a folder without a readable `pending.json` was cut short before anything was sent, and is left out. */
export async function listPending(paths: AgentPaths): Promise<readonly Pending[]> {
  const names = (await isThere(paths.pending)) ? readdirSync(paths.pending).sort() : [];
  const found = await Promise.all(names.map((name) => readPending(join(paths.pending, name))));
  return found.filter((pending) => pending !== null);
}

async function readPending(folder: string): Promise<Pending | null> {
  const info = await readRecord(folder, "pending.json", infoSchema);
  if (info === null) return null;
  const { format: _, ...kept } = info;
  const sent = await readRecord(folder, "sent.json", sentSchema);
  return {
    ...kept,
    folder,
    snapshotPath: join(folder, "snapshot.db"),
    sent: sent && { digest: sent.digest, map: idMapFromJson(sent.map) },
  };
}

/** The origin's content and map as they were when it was written. @throws SyncError `local-damaged` */
export async function readPendingOrigin({ folder }: Pending): Promise<{ readonly path: string; readonly map: IdMap }> {
  const map = await readRecord(folder, "origin-map.json", idMapSchema);
  const path = join(folder, "origin.db");
  if (map === null || !isImageThere(path)) {
    throw new SyncError("local-damaged", `${folder} does not hold all that a push needs: a part of it is gone.`, {
      hint: "Bring the whole folder back from where it was copied; what is left of the changes is in its files `snapshot.db*`.",
    });
  }
  return { path, map: idMapFromJson(map) };
}

/** Passing over a push that may have been sent could double it: what cannot be read is an error. */
async function readRecord<T extends z.ZodMiniType>(folder: string, name: string, schema: T): Promise<z.infer<T> | null> {
  const text = await readIfThere(join(folder, name));
  if (text === null) return null;
  try {
    return schema.parse(JSON.parse(text.toString("utf8")));
  } catch (cause) {
    throw new SyncError("local-damaged", `The record of an earlier push, ${join(folder, name)}, cannot be read.`, {
      cause,
      hint: "Move its folder away (it holds what was to be pushed), then run the command again.",
    });
  }
}
