import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { PAGE_SIZE_BYTES } from "../remote/pages.ts";
import { PageRun } from "./page-run.ts";

const folder = mkdtempSync(join(tmpdir(), "agentfs-sync-page-run-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Each page says which one it is; the buffer is used again, as that of a network may be. */
async function writePages(handles: readonly FileHandle[], indexes: readonly number[]): Promise<void> {
  const run = new PageRun(handles);
  const bytes = Buffer.alloc(PAGE_SIZE_BYTES);
  for (const index of indexes) {
    const page = { index, bytes };
    bytes.writeUInt32BE(index + 1);
    if (!run.takes(page)) await run.write();
    run.add(page);
  }
  await run.write();
  await run.written();
}

const pagesIn = (path: string) => {
  const bytes = readFileSync(path);
  return Array.from({ length: bytes.length / PAGE_SIZE_BYTES }, (_, page) => bytes.readUInt32BE(page * PAGE_SIZE_BYTES));
};

describe("pages on their way to files", () => {
  test.for([
    ["one after the other, more than are written at once", Array.from({ length: 600 }, (_, page) => page)],
    ["with a gap", [0, 1, 5, 6]],
    ["from the end to the beginning", [3, 2, 1, 0]],
    ["some a second time", [0, 1, 2, 1, 2, 3]],
  ] as const)("%s are at their places in each", async ([, indexes]) => {
    const paths = [join(folder, "one"), join(folder, "two")];
    const handles = await Promise.all(paths.map((path) => open(path, "w")));
    await writePages(handles, indexes);
    const expected = Array.from({ length: Math.max(...indexes) + 1 }, (_, page) =>
      (indexes as readonly number[]).includes(page) ? page + 1 : 0,
    );
    for (const path of paths) expect(pagesIn(path)).toEqual(expected);
    for (const handle of handles) await handle.close();
  });

  test.runIf(process.platform === "linux")("an error of the disk while more comes in is not lost", async () => {
    // It takes all that is written, and cannot be flushed.
    await using handle = await open("/dev/null", "w");
    const write = (pages: number) =>
      writePages(
        [handle],
        Array.from({ length: pages }, (_, page) => page),
      );
    await write(8192);
    await expect(write(8192 + 257)).rejects.toThrow("EINVAL");
  });
});
