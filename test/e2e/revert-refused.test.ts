import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { agentPaths } from "../../packages/core/src/replica/paths.ts";
import { listUndo } from "../../packages/core/src/undo/folder.ts";
import { failedPush } from "../parts/failed-push.ts";
import { type Machine, machine } from "../parts/machine.ts";
import { exported, rescue } from "../parts/rescue.ts";
import { GOOD, history, LARGE, poisoned, revert, undoFile, write } from "../parts/revert.ts";
import { startServer } from "../parts/server.ts";
import { makeTempDir } from "../parts/temp.ts";

describe("what cannot be taken back", () => {
  it("says why, and what to do", async () => {
    const { url, m } = await poisoned();
    const refusal = async (
      what: Parameters<typeof revert>[1],
      on: Pick<Machine, "url" | "dir"> = m,
      input: Parameters<typeof revert>[2] = {},
    ) => {
      try {
        return (await revert(on, what, input)).error;
      } catch (error) {
        return error;
      }
    };
    const file = await undoFile(m, 2);
    const bytes = await readFile(file);
    const given = async (content: Uint8Array) => {
      const path = join(await makeTempDir(), "given.undo");
      await writeFile(path, content);
      return { file: path };
    };
    expect(await refusal(await given(bytes.subarray(0, -1)))).toMatchObject({ code: "rescue-damaged" });
    expect(await refusal({ file: join(m.dir, "nowhere.undo") })).toMatchObject({ code: "rescue-missing" });
    bytes.writeUInt32BE(0, 8);
    expect(await refusal(await given(bytes))).toMatchObject({ code: "rescue-version", exitCode: 5 });
    for (const sequence of [0, -1, 1.5, 1e20, Number.POSITIVE_INFINITY])
      expect(await refusal({ sequence })).toMatchObject({ code: "config-invalid" });
    expect(await refusal({ sequence: 9 })).toMatchObject({
      code: "undo-missing",
      message: expect.stringContaining("has no push 9"),
    });
    for (const what of [{ sequence: 2 }, { file }])
      expect(await refusal(what, m, { engine: "agentfs" })).toMatchObject({ code: "engine-unsupported" });
    await expect(history(m, null, { engine: "agentfs" })).rejects.toMatchObject({ code: "engine-unsupported" });

    const other = await machine((await startServer()).url);
    await other.write(...GOOD);
    await other.ok("push");
    const { error, revert: said } = await revert(other, { file });
    expect(error).toMatchObject({ code: "undo-foreign" });
    expect(said).toMatchObject({ state: "failed" });

    // What could not be pushed takes nothing back, and the other way round.
    const failed = await failedPush(write("/a", "a"));
    expect(await refusal({ file: await exported(failed.m.dir) })).toMatchObject({ code: "config-invalid" });
    await expect(rescue(m.dir, { action: "push", file }, { remoteUrl: url })).rejects.toMatchObject({ code: "config-invalid" });

    await rm(file);
    expect(await refusal({ sequence: 2 })).toMatchObject({ code: "undo-missing", message: expect.stringContaining(m.dir) });
    expect((await history(m)).map(({ sequence, undo }) => [sequence, undo !== null])).toEqual([
      [2, false],
      [1, true],
    ]);
  });

  it("is what was more than the limit, and the oldest of what is", async () => {
    const { m, url } = await poisoned();
    await m.write(write("/large", `${LARGE}${LARGE}`));
    await m.ok("push", { undoLimitMb: "0" });
    await m.write({ op: "unlink", path: "/large" });
    await m.ok("push", { undoLimitMb: "1" });
    expect(m.lines.join("\n")).toMatch(
      /no undo bundle is kept of this push: it would hold 2\.\d MB, more than the limit of 1\.0 MB/,
    );
    await m.write(write("/none", "none"));
    await m.ok("push", { undoLimitMb: "0" });
    const sequences = async () => (await listUndo(agentPaths(m.dir, "bot"))).map(({ sequence }) => sequence);
    expect(await sequences()).toEqual([1, 2]);
    // Bytes that cannot be compressed, so that two are too much: what is replaced is kept.
    const random = (length: number) => Array.from({ length }, () => Math.random().toString(36).slice(2, 12)).join("");
    for (const _ of ["made", "replaced", "replaced"]) {
      await m.write(write("/random", random(90_000)));
      await m.ok("push", { undoLimitMb: "1" });
    }
    expect((await sequences()).at(-1)).toBe(8);
    expect(await sequences()).not.toContain(1);
    expect((await history({ url, dir: m.dir })).find(({ sequence }) => sequence === 1)?.undo).toBeNull();
  });
});
