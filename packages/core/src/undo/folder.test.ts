import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { agentPaths } from "../replica/paths.ts";
import { listUndo, takeUndo } from "./folder.ts";

it("keeps the bundles of so many pushes as the remote keeps receipts in full of, the newest", async () => {
  const folder = await mkdtemp(join(tmpdir(), "undo-folder-"));
  try {
    const [kept, given] = [agentPaths(join(folder, "kept"), "bot"), agentPaths(join(folder, "given"), "bot")];
    const put = async (at: string, sequence: number) =>
      writeFile(join(at, `${sequence}-00000000-0000-4000-8000-${String(sequence).padStart(12, "0")}.undo`), "x");
    for (const { undo } of [kept, given]) await mkdir(undo, { recursive: true });
    for (let sequence = 1; sequence <= 1000; sequence++) await put(kept.undo, sequence);
    await put(given.undo, 1001);
    await takeUndo(given, kept, 1_000_000);
    const sequences = (await listUndo(kept)).map(({ sequence }) => sequence);
    expect([sequences.length, sequences[0], sequences.at(-1)]).toEqual([1000, 2, 1001]);
  } finally {
    await rm(folder, { recursive: true });
  }
});
