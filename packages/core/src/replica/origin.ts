import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";
import { rm } from "node:fs/promises";
import { basename, join } from "node:path";
import * as z from "zod/mini";
import type { PushIdState } from "../agentfs/facts.ts";
import { AGENTFS_INDEXES, AGENTFS_TABLES, DEFAULT_CHUNK_SIZE_BYTES, SCHEMA_VERSION } from "../agentfs/schema.ts";
import { randomUuid } from "../random-uuid.ts";
import type { Base } from "./base.ts";
import { isThere, readIfThere, temporaryPath, writeJson } from "./files.ts";
import { IDENTITY, type IdMap, idMapFromJson, idMapSchema, idMapToJson } from "./id-map.ts";
import { linkImage, publishImage, removeImage } from "./image/image.ts";
import { isImageThere, namesOf } from "./image/names.ts";
import type { AgentPaths } from "./paths.ts";
import { type Signature, signatureSchema } from "./signature.ts";
import { Database } from "./sqlite.ts";

/** What the working copy held when it last agreed with the remote; named by an id that the working copy carries. */
export interface Origin {
  readonly id: string;
  /** The one id under which what was changed since may be committed. */
  readonly pushId: string;
  /** The image. */
  readonly path: string;
  /** The working copy's numbers in terms of the remote's. */
  readonly map: IdMap;
  /** The remote's revision whose rows and numbers the working copy had, or null after a push, when the numbers differ. */
  readonly revision: string | null;
  /** Push id of the newest commit that it is known to be on top of: what tells the remote's history from another one. */
  readonly receipt: string | null;
  /** The working copy's files when they were known to hold what the origin holds, or null. */
  readonly signature: Signature | null;
  /** The working copy's rows had the same numbers as the origin's then, and no row was left out. */
  readonly hasSameRows: boolean;
  /** A copy of this folder has pushed from this origin: what it added may be in the working copy as well. */
  readonly copyPushed: boolean;
  /** The remote it was pulled from; null if it holds nothing of any. */
  readonly url: string | null;
  /** Ids of earlier origins of this working copy, in whose place it came with all that they had unpushed. */
  readonly replaces: readonly string[];
}

const schema = z.object({
  format: z.literal(1),
  id: z.string(),
  pushId: z.string(),
  database: z.string().check(z.regex(/^[A-Za-z0-9.-]+$/)),
  map: idMapSchema,
  revision: z.nullable(z.string()),
  receipt: z.nullable(z.string()),
  signature: z.nullable(signatureSchema),
  hasSameRows: z._default(z.boolean(), false),
  copyPushed: z.boolean(),
  url: z.nullable(z.string()),
  replaces: z._default(z.array(z.string()), []),
});

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Null if this folder does not know that origin. The id comes out of a file that others write: only a UUID is looked up. */
export async function readOrigin(paths: AgentPaths, id: string): Promise<Origin | null> {
  if (!UUID.test(id)) return null;
  const text = await readIfThere(join(paths.origins, `${id}.json`));
  if (text === null) return null;
  let kept: z.infer<typeof schema>;
  try {
    kept = schema.parse(JSON.parse(text.toString("utf8")));
  } catch {
    // Damaged is as good as unknown: a push then refuses with `origin-mismatch`, and nothing is lost.
    return null;
  }
  const path = join(paths.origins, kept.database);
  if (kept.id !== id || !isImageThere(path)) return null;
  const { format: _, database: __, map, ...rest } = kept;
  return { ...rest, path, map: idMapFromJson(map) };
}

/** Keeps an image as the content of a new origin. */
async function createOrigin(
  paths: AgentPaths,
  image: string,
  { revision, url, receipt }: Pick<Origin, "revision" | "url" | "receipt">,
): Promise<Origin> {
  const id = randomUuid();
  const path = join(paths.origins, `${id}.db`);
  const temporary = await temporaryPath(paths, "origin");
  await linkImage(image, temporary);
  await publishImage(temporary, path);
  return saveOrigin(paths, {
    id,
    pushId: randomUuid(),
    path,
    map: IDENTITY,
    revision,
    receipt,
    signature: null,
    hasSameRows: false,
    copyPushed: false,
    url,
    replaces: [],
  });
}

/** An origin that holds what the base does. */
export const createOriginOf = (paths: AgentPaths, { path, revision, url, facts }: Base): Promise<Origin> =>
  createOrigin(paths, path, { revision, url, receipt: facts.receipt?.pushId ?? null });

/** An origin that holds nothing: what is found in the working copy is all new. */
export async function createEmptyOrigin(paths: AgentPaths): Promise<Origin> {
  const temporary = await temporaryPath(paths, "empty");
  writeEmptyAgentFs(temporary, Math.floor(Date.now() / 1000));
  const origin = await createOrigin(paths, temporary, { revision: null, url: null, receipt: null });
  await rm(temporary);
  return origin;
}

/** What the JSON says is the origin; its rename is the moment at which it changes. */
export async function saveOrigin(paths: AgentPaths, origin: Origin): Promise<Origin> {
  const { path, map, ...kept } = origin;
  await writeJson(paths, join(paths.origins, `${origin.id}.json`), {
    format: 1,
    ...kept,
    database: basename(path),
    map: idMapToJson(map),
  });
  return origin;
}

/** The origin's content becomes this image, with the map to the remote's numbers and a new push id. */
export async function advanceOrigin(
  paths: AgentPaths,
  origin: Origin,
  image: string,
  { map, signature, receipt }: Pick<Origin, "map" | "signature" | "receipt">,
): Promise<Origin> {
  const path = join(paths.origins, `${origin.id}.${origin.pushId}.db`);
  const temporary = await temporaryPath(paths, "pushed");
  await linkImage(image, temporary);
  await publishImage(temporary, path);
  const advanced = await saveOrigin(paths, {
    id: origin.id,
    pushId: nextPushIdDone(origin.pushId),
    path,
    map,
    revision: null,
    receipt,
    signature,
    hasSameRows: true,
    copyPushed: false,
    url: origin.url,
    replaces: [],
  });
  await removeImage(origin.path);
  return advanced;
}

/**
 * Gives the origin its next push id: the old one can never commit any more, or a copy of this folder has used it. All copies go through
 * the same ids, so that each finds out what another has pushed of what they share, also after a push that did not arrive.
 */
export async function renewPushId(
  paths: AgentPaths,
  origin: Origin,
  copyPushed: boolean,
  stateOf: (pushId: string) => PushIdState | null = () => null,
): Promise<Origin> {
  let pushId = nextPushIdAfter(origin.pushId);
  let hasCopyPushed = copyPushed || origin.copyPushed;
  for (let state = stateOf(pushId); state !== null; state = stateOf(pushId)) {
    hasCopyPushed ||= state === "applied";
    pushId = nextPushIdAfter(pushId);
  }
  return saveOrigin(paths, { ...origin, pushId, copyPushed: hasCopyPushed });
}

/** The id that comes after one that was used up without this folder's origin having become its content. */
export function nextPushIdAfter(pushId: string): string {
  return nextPushId(pushId, "after");
}

/** The id that an origin has once its content was pushed under this one. */
export function nextPushIdDone(pushId: string): string {
  return nextPushId(pushId, "done");
}

/** The id under which the push of this id is taken back: all who do so at once use the one, so that it happens once. */
export function nextPushIdRevert(pushId: string): string {
  return nextPushId(pushId, "revert");
}

function nextPushId(pushId: string, what: "after" | "done" | "revert"): string {
  const digits = createHash("sha256").update(`${what} ${pushId}`).digest("hex");
  const [a, b, c, d, e] = [
    [0, 8],
    [8, 12],
    [13, 16],
    [17, 20],
    [20, 32],
  ].map(([from, to]) => digits.slice(from, to));
  // The form of a UUID of one's own making (RFC 9562, version 8).
  return `${a}-${b}-8${c}-8${d}-${e}`;
}

/** All origins that this folder knows. */
export async function listOrigins(paths: AgentPaths): Promise<readonly Origin[]> {
  const names = (await isThere(paths.origins)) ? readdirSync(paths.origins) : [];
  const origins = await Promise.all(
    names.filter((name) => name.endsWith(".json")).map((name) => readOrigin(paths, name.slice(0, -".json".length))),
  );
  return origins.filter((origin) => origin !== null);
}

/** Removes all origins but one; a working copy names only one. */
export async function removeOtherOrigins(paths: AgentPaths, kept: Origin): Promise<void> {
  const keptNames = new Set([`${kept.id}.json`, ...namesOf(basename(kept.path))]);
  for (const name of readdirSync(paths.origins)) {
    // Names under which a command that takes no lock opens an image come and go.
    if (!keptNames.has(name)) await rm(join(paths.origins, name), { force: true });
  }
}

/** An AgentFS 0.4 database with a root and nothing in it. */
export function writeEmptyAgentFs(path: string, timeSeconds: number): void {
  using db = Database.openWritable(path);
  db.exec("BEGIN");
  for (const sql of [...Object.values(AGENTFS_TABLES), ...Object.values(AGENTFS_INDEXES)]) db.exec(sql);
  db.run(
    "INSERT INTO fs_config (key, value) VALUES ('chunk_size', ?), ('schema_version', ?)",
    String(DEFAULT_CHUNK_SIZE_BYTES),
    SCHEMA_VERSION,
  );
  const time = BigInt(timeSeconds);
  db.run("INSERT INTO fs_inode (ino, mode, nlink, atime, mtime, ctime) VALUES (1, 16877, 1, ?, ?, ?)", time, time, time);
  db.exec("COMMIT");
}
