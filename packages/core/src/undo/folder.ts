import { createHash } from "node:crypto";
import { copyFile, lstat, mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { isThere, nullIfAbsent, publishFile } from "../replica/files.ts";
import type { AgentPaths } from "../replica/paths.ts";
import type { Pending } from "../replica/pending.ts";
import type { AgentContext } from "../sync/context.ts";
import { copyToDirectory } from "./directory.ts";

/** One undo bundle in the folder `undo` of an agent. */
export interface UndoFile {
  readonly path: string;
  readonly sequence: number;
  /** Of the push that it takes back. */
  readonly pushId: string;
  readonly sizeBytes: number;
  readonly writtenAtMs: number;
}

/** Where the bundle is while its push is not settled. */
export const undoOf = ({ folder }: Pending): string => join(folder, "undo.rescue");

const NAME = /^(\d+)-([0-9a-f-]{36})\.undo$/;

/** Where the bundle of a push is kept. */
export const undoPath = (paths: AgentPaths, sequence: bigint | number, pushId: string): string =>
  join(paths.undo, `${sequence}-${pushId}.undo`);

/** Of so many pushes a receipt tells what it was; a machine that is kept for years must not look through a file for each. */
const MOST_FILES = 1000;

/**
 * A revert works in a folder of its own, which goes with whoever is killed there: its bundle is kept in the agent's, under what tells the
 * push that was sent, until it is known whether that one arrived.
 */
export async function keepSent(paths: AgentPaths, file: string, pushId: string, digest: string): Promise<void> {
  await removeSent(paths, pushId);
  await mkdir(paths.undo, { recursive: true });
  const temporary = join(paths.undo, `.${pushId}.tmp`);
  await copyFile(file, temporary);
  await publishFile(temporary, join(paths.undo, sentName(pushId, digest)));
}

/** That push is on the remote: whether it is the one that was sent from here, its digest says. */
export async function adoptSent(paths: AgentPaths, pushId: string, { sequence, digest }: Arrived): Promise<void> {
  const file = join(paths.undo, sentName(pushId, digest));
  if (await isThere(file)) await publishFile(file, undoPath(paths, sequence, pushId));
  await removeSent(paths, pushId);
}

interface Arrived {
  readonly sequence: bigint;
  readonly digest: string;
}

const sentName = (pushId: string, digest: string) => `.sent-${pushId}-${createHash("sha256").update(digest).digest("hex")}`;

export async function removeSent(paths: AgentPaths, pushId: string): Promise<void> {
  for (const name of await namesIn(paths)) {
    if (name.startsWith(`.sent-${pushId}-`)) await rm(join(paths.undo, name), { force: true });
  }
}

/** The push ids of reverts that were sent from here and of which nobody has learned whether they arrived. */
export async function listSent(paths: AgentPaths): Promise<readonly string[]> {
  const ids = (await namesIn(paths)).map((name) => /^\.sent-([0-9a-f-]{36})-/.exec(name)?.[1]);
  return [...new Set(ids.filter((id) => id !== undefined))];
}

const namesIn = async ({ undo }: AgentPaths): Promise<readonly string[]> => ((await isThere(undo)) ? readdir(undo) : []);

/** All that are kept, the oldest first. */
export async function listUndo(paths: AgentPaths): Promise<readonly UndoFile[]> {
  const found = (await namesIn(paths)).map(async (name): Promise<UndoFile | null> => {
    const [, sequence, pushId = ""] = NAME.exec(name) ?? [];
    if (sequence === undefined) return null;
    const path = join(paths.undo, name);
    // Gone where a push removes the oldest while a command looks that holds no lock.
    const info = await lstat(path).catch(nullIfAbsent);
    // A job's steps can put a link there, or a pipe: the files are copied, and uploaded.
    if (info?.isFile() !== true) return null;
    return { path, sequence: Number(sequence), pushId, sizeBytes: info.size, writtenAtMs: info.mtimeMs };
  });
  return (await Promise.all(found)).filter((file) => file !== null).sort(byAge);
}

/** By time first: the pushes of a remote that was made anew count from 1 again. */
const byAge = (a: UndoFile, b: UndoFile): number => a.writtenAtMs - b.writtenAtMs || a.sequence - b.sequence;

/** The push is on the remote: its bundle is kept, and the oldest go that are too much for the limit. */
export async function keepUndo(context: AgentContext, pending: Pending, sequence: bigint): Promise<void> {
  const { paths, config } = context;
  const file = undoOf(pending);
  if (!(await isThere(file))) return;
  const kept = undoPath(paths, sequence, pending.pushId);
  await publishFile(file, kept);
  await copyToDirectory(context, kept, sequence);
  await prune(paths, config.undoLimitBytes);
}

async function prune(paths: AgentPaths, limitBytes: number): Promise<void> {
  const files = await listUndo(paths);
  let sum = files.reduce((total, { sizeBytes }) => total + sizeBytes, 0);
  for (const [index, { path, sizeBytes }] of files.entries()) {
    if (sum <= limitBytes && files.length - index <= MOST_FILES) return;
    await rm(path, { force: true });
    sum -= sizeBytes;
  }
}

/** Takes over what a push has left in a folder that was only for it. */
export async function takeUndo(from: AgentPaths, to: AgentPaths, limitBytes: number): Promise<void> {
  const files = await listUndo(from);
  for (const { path, sequence, pushId } of files) {
    await mkdir(to.undo, { recursive: true });
    const temporary = join(to.undo, `.${pushId}.tmp`);
    await copyFile(path, temporary);
    await publishFile(temporary, undoPath(to, sequence, pushId));
    await removeSent(to, pushId);
  }
  if (files.length > 0) await prune(to, limitBytes);
}
