import { mkdir, mkdtemp, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { agentPaths } from "../replica/paths.ts";
import { listUndo, takeUndo } from "./folder.ts";

it("keeps the bundles of so many pushes as the remote keeps receipts in full of, those that were written last", async () => {
  const folder = await mkdtemp(join(tmpdir(), "undo-folder-"));
  try {
    const [kept, given] = [agentPaths(join(folder, "kept"), "bot"), agentPaths(join(folder, "given"), "bot")];
    const put = async (at: string, sequence: number, writtenAt: number) => {
      const path = join(at, `${sequence}-00000000-0000-4000-8000-${String(sequence).padStart(12, "0")}.undo`);
      await writeFile(path, "x");
      await utimes(path, writtenAt, writtenAt);
    };
    for (const { undo } of [kept, given]) await mkdir(undo, { recursive: true });
    for (let sequence = 1; sequence <= 1000; sequence++) await put(kept.undo, sequence + 1, sequence);
    // Of a remote that was made anew.
    await put(given.undo, 1, 0);
    await takeUndo(given, kept, 1_000_000);
    const sequences = (await listUndo(kept)).map(({ sequence }) => sequence);
    expect([sequences.length, sequences[0], sequences.at(-1)]).toEqual([1000, 3, 1]);
  } finally {
    await rm(folder, { recursive: true });
  }
});

it("has no bundle but files: what a job's steps put there is neither followed nor waited for", async () => {
  const folder = await mkdtemp(join(tmpdir(), "undo-folder-"));
  try {
    const paths = agentPaths(folder, "bot");
    const nameOf = (sequence: number) => join(paths.undo, `${sequence}-00000000-0000-4000-8000-00000000000${sequence}.undo`);
    await mkdir(paths.undo, { recursive: true });
    await writeFile(join(folder, "secret"), "x");
    await writeFile(nameOf(1), "x");
    await symlink(join(folder, "secret"), nameOf(2));
    await mkdir(nameOf(3));
    expect((await listUndo(paths)).map(({ sequence }) => sequence)).toEqual([1]);
  } finally {
    await rm(folder, { recursive: true });
  }
});
