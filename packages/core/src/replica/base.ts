import { readdirSync } from "node:fs";
import { rm } from "node:fs/promises";
import { basename, join } from "node:path";
import * as z from "zod/mini";
import { factsOf, type RemoteFacts, sameFacts } from "../agentfs/facts.ts";
import { randomUuid } from "../random-uuid.ts";
import { isThere, readIfThere, writeJson } from "./files.ts";
import { publishImage } from "./image/image.ts";
import { namesOf } from "./image/names.ts";
import type { AgentPaths } from "./paths.ts";
import { Database } from "./sqlite.ts";

/** The pristine copy of what the remote held at the last pull. Its image is never changed, only replaced. */
export interface Base {
  readonly path: string;
  readonly agent: string;
  readonly url: string;
  readonly revision: string;
  readonly pageCount: number;
  readonly facts: RemoteFacts;
  /** ISO 8601 */
  readonly pulledAt: string;
}

const whole = z.pipe(
  z.string().check(z.regex(/^\d+$/)),
  z.transform((text: string) => BigInt(text)),
);
const schema = z.object({
  format: z.literal(1),
  database: z._default(z.string().check(z.regex(/^[A-Za-z0-9.-]+$/)), "base.db"),
  agent: z.string(),
  url: z.string(),
  revision: z.string(),
  pageCount: z.int().check(z.positive()),
  pulledAt: z.string(),
  facts: z.object({
    uuid: z.nullable(z.string()),
    agent: z.nullable(z.string()),
    format: z.nullable(z.string()),
    sequence: whole,
    marks: z.object({ inode: whole, entry: whole, toolCall: whole }),
    receipt: z.nullable(z.object({ pushId: z.string(), digest: z.string() })),
    nativeMark: z.nullable(z.array(z.tuple([z.string(), z.string(), z.string()]))),
  }),
});

/**
 * The base on disk, or null if there is none or its files do not fit each other (a folder copied in part): then all pages are asked for,
 * and nothing is lost.
 */
export async function readBase(paths: AgentPaths): Promise<Base | null> {
  const text = await readIfThere(paths.baseInfo);
  if (text === null) return null;
  try {
    const { database, ...info } = parseBaseInfo(text);
    const path = join(paths.sync, database);
    using db = Database.openImmutable(path);
    return sameFacts(factsOf(db), info.facts) ? { ...info, path } : null;
  } catch {
    // Whatever is wrong with it, a base can be had again from the remote; only ever used after this check.
    return null;
  }
}

/** What `base.json` says, and which image it says it of. @throws whatever is wrong with it */
export function parseBaseInfo(text: Buffer): Omit<Base, "path"> & { readonly database: string } {
  const { format: _, ...info } = schema.parse(JSON.parse(text.toString("utf8")));
  return info;
}

/** Makes a finished image the base: it is, once `base.json` names it. */
export async function publishBase(paths: AgentPaths, temporary: string, base: Omit<Base, "path">): Promise<Base> {
  const path = join(paths.sync, `base-${randomUuid()}.db`);
  await publishImage(temporary, path);
  const published = await writeBaseInfo(paths, { ...base, path });
  await removeOtherBases(paths, path);
  return published;
}

/** The same content at a newer revision or another URL. */
export async function writeBaseInfo(paths: AgentPaths, base: Base): Promise<Base> {
  const { path, agent, url, revision, pageCount, facts, pulledAt } = base;
  const info = { format: 1, database: basename(path), agent, url, revision, pageCount, facts, pulledAt };
  await writeJson(paths, paths.baseInfo, info);
  return base;
}

/** Forgets the base: the remote is empty. */
export async function removeBase(paths: AgentPaths): Promise<void> {
  await rm(paths.baseInfo, { force: true });
  await removeOtherBases(paths, null);
}

/** Images that `base.json` does not name, of runs that were cut short as well. */
async function removeOtherBases(paths: AgentPaths, kept: string | null): Promise<void> {
  const keptNames = new Set(kept === null ? [] : namesOf(basename(kept)));
  // Where nothing was ever kept there is no folder.
  for (const name of (await isThere(paths.sync)) ? readdirSync(paths.sync) : []) {
    if (/^base[.-].*db/.test(name) && !keptNames.has(name)) await rm(join(paths.sync, name), { force: true });
  }
}
