import { rm } from "node:fs/promises";
import * as z from "zod/mini";
import { factsOf, type RemoteFacts, sameFacts } from "../agentfs/facts.ts";
import { isThere, publishFile, readIfThere, writeJson } from "./files.ts";
import type { AgentPaths } from "./paths.ts";
import { Database } from "./sqlite.ts";

/** The pristine copy of what the remote held at the last pull. Its file is never changed, only replaced. */
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
 * The base on disk, or null if there is none or its two files do not fit each other (a folder copied in part, a crash between the
 * two renames): then all pages are asked for, and nothing is lost.
 */
export async function readBase(paths: AgentPaths): Promise<Base | null> {
  const text = await readIfThere(paths.baseInfo);
  if (text === null || !(await isThere(paths.base))) return null;
  try {
    const info = parseBaseInfo(text);
    using db = Database.openImmutable(paths.base);
    return sameFacts(factsOf(db), info.facts) ? { ...info, path: paths.base } : null;
  } catch {
    // Whatever is wrong with it, a base can be had again from the remote; only ever used after this check.
    return null;
  }
}

/** What `base.json` says. @throws whatever is wrong with it */
export function parseBaseInfo(text: Buffer): Omit<Base, "path"> {
  const { format: _, ...info } = schema.parse(JSON.parse(text.toString("utf8")));
  return info;
}

/** Makes a finished file the base. Between its two renames the files do not fit, which `readBase` sees. */
export async function publishBase(paths: AgentPaths, temporary: string, base: Omit<Base, "path">): Promise<Base> {
  await publishFile(temporary, paths.base);
  return writeBaseInfo(paths, base);
}

/** The same content at a newer revision or another URL. */
export async function writeBaseInfo(paths: AgentPaths, base: Omit<Base, "path">): Promise<Base> {
  const { agent, url, revision, pageCount, facts, pulledAt } = base;
  await writeJson(paths, paths.baseInfo, { format: 1, agent, url, revision, pageCount, facts, pulledAt });
  return { ...base, path: paths.base };
}

/** Forgets the base: the remote is empty. */
export async function removeBase(paths: AgentPaths): Promise<void> {
  await rm(paths.baseInfo, { force: true });
  await rm(paths.base, { force: true });
}
