import { DatabaseSync } from "node:sqlite";
import type { AgentListing } from "./agent.ts";

/** What plain SQL shows of a path and the SDK's listing does not. */
export interface Attributes {
  readonly mode: string;
  readonly uid: number;
  readonly size: number;
  /** The numbers of its chunks, in order: a sparse file misses some. */
  readonly chunks: string;
}

/** What an overlay keeps of its own machine: its base, and by path the base's number of what was copied up. */
export interface Overlay {
  readonly basePath?: string;
  readonly origins?: Readonly<Record<string, number>>;
}

/** Changes to a listing: a null removes. Contents are text here. */
export interface Patch {
  readonly files?: Readonly<Record<string, string | null>>;
  readonly directories?: { readonly added?: readonly string[]; readonly removed?: readonly string[] };
  readonly symlinks?: Readonly<Record<string, string | null>>;
  readonly keys?: Readonly<Record<string, unknown>>;
  /** All of them. */
  readonly hardLinks?: readonly (readonly string[])[];
  /** All of them: name, status, and what they ended with. */
  readonly calls?: readonly string[];
  /** Of the paths that a case is about. */
  readonly attributes?: Readonly<Record<string, Partial<Attributes>>>;
  readonly overlay?: Overlay;
}

/** A listing without what differs by itself, to be compared as a whole. */
export function shown({ files, directories, symlinks, keys, hardLinks, linkCounts, toolCalls }: AgentListing) {
  const calls = toolCalls.map(({ name, status, result, error }) => `${name} ${status} ${textOf(result ?? error)}`);
  return {
    files,
    directories: [...directories].sort(),
    symlinks,
    keys,
    hardLinks: sorted(hardLinks),
    linkCounts,
    calls: calls.sort(),
  };
}

/** The same of a listing after a patch. */
export function expected(seed: AgentListing, patch: Patch): ReturnType<typeof shown> {
  const before = shown(seed);
  const texts = Object.entries(patch.files ?? {}).map(([path, text]) => [path, text === null ? null : base64(text)]);
  const { added = [], removed = [] } = patch.directories ?? {};
  const files = patched(before.files, Object.fromEntries(texts));
  const symlinks = patched(before.symlinks, patch.symlinks ?? {});
  const hardLinks = sorted(patch.hardLinks ?? before.hardLinks);
  const single = [...Object.keys(files), ...Object.keys(symlinks)].map((path) => [path, 1] as const);
  const several = hardLinks.flatMap((paths) => paths.map((path) => [path, paths.length] as const));
  return {
    files,
    directories: [...before.directories.filter((path) => !removed.includes(path)), ...added].sort(),
    symlinks,
    keys: patched(before.keys, patch.keys ?? {}),
    hardLinks,
    linkCounts: Object.fromEntries([...single, ...several]),
    calls: [...(patch.calls ?? before.calls)].sort(),
  };
}

function patched<T>(before: Readonly<Record<string, T>>, changes: Readonly<Record<string, T | null>>): Record<string, T> {
  const after: Record<string, T> = {};
  for (const [key, value] of Object.entries({ ...before, ...changes })) if (value !== null) after[key] = value;
  return after;
}

const base64 = (text: string) => Buffer.from(text).toString("base64");
const textOf = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value ?? null));
const sorted = (groups: readonly (readonly string[])[]) =>
  groups.map((paths) => [...paths].sort()).sort((a, b) => ((a[0] ?? "") < (b[0] ?? "") ? -1 : 1));

const PATHS = `WITH RECURSIVE named(ino, path) AS (SELECT 1, '' UNION ALL
  SELECT d.ino, n.path || '/' || d.name FROM fs_dentry AS d JOIN named AS n ON d.parent_ino = n.ino)`;

/** By path, from a database file that nobody writes. */
export function attributesOf(db: string): Record<string, Attributes> {
  const rows = query(
    db,
    `${PATHS} SELECT path, mode, uid, size,
     (SELECT coalesce(group_concat(chunk_index), '') FROM (SELECT chunk_index FROM fs_data AS c WHERE c.ino = i.ino ORDER BY 1)) AS chunks
     FROM named JOIN fs_inode AS i USING (ino)`,
  );
  return Object.fromEntries(
    rows.map(({ path, mode, uid, size, chunks }) => [
      String(path),
      { mode: `0o${Number(mode).toString(8)}`, uid: Number(uid), size: Number(size), chunks: String(chunks) },
    ]),
  );
}

export function overlayOf(db: string): Overlay {
  const [base] = query(db, "SELECT value FROM fs_overlay_config WHERE key = 'base_path'");
  const origins = query(db, `${PATHS} SELECT path, base_ino FROM named JOIN fs_origin ON delta_ino = ino`);
  return {
    ...(base === undefined ? {} : { basePath: String(base["value"]) }),
    origins: Object.fromEntries(origins.map(({ path, base_ino }) => [String(path), Number(base_ino)])),
  };
}

function query(path: string, sql: string) {
  const db = new DatabaseSync(path, { readOnly: true });
  try {
    return db.prepare(sql).all();
  } finally {
    db.close();
  }
}
