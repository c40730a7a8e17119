import { mkdtempSync, rmSync } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { waitForNextTick } from "./clock-tick.ts";
import { agentPaths } from "./paths.ts";

const folder = mkdtempSync(join(tmpdir(), "agentfs-sync-clock-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("what is written after the wait has a later time", async () => {
  const paths = agentPaths(folder, "bot");
  await using file = await open(join(folder, "file"), "wx");
  for (let round = 0; round < 20; round++) {
    await file.write("before", 0);
    const { mtimeNs } = await file.stat({ bigint: true });
    await waitForNextTick(paths, mtimeNs);
    await file.write("after", 0);
    expect((await file.stat({ bigint: true })).mtimeNs).toBeGreaterThan(mtimeNs);
  }
});
