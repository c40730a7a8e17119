import { describe, expect, it } from "vitest";
import { machine } from "../parts/machine.ts";
import { remoteSql } from "../parts/remote-sql.ts";
import { history, poisoned, write } from "../parts/revert.ts";
import { startServer } from "../parts/server.ts";

describe("the history", () => {
  it("says which push touched a path, for certain or perhaps, and forgets what is long ago", async () => {
    const { m, url } = await poisoned(...Array.from({ length: 300 }, (_, index) => write(`/many/file-${index}.txt`, `${index}`)));
    const found = async (path: string) => (await history(m, path)).map(({ sequence, match }) => `${sequence} ${match}`);
    expect(await found("notes/rules.md")).toEqual(["3 possible", "2 certain", "1 certain"]);
    expect(await found("/evil/**")).toEqual(["3 possible", "2 certain"]);
    expect(await found("key:go*")).toEqual(["3 possible", "2 certain", "1 certain"]);
    expect(await found("tool:shell")).toEqual(["3 possible", "2 certain"]);
    expect(await found("**/*.txt")).toEqual(["3 certain"]);
    const [newest] = await history(m);
    expect(newest?.touched?.length).toBeGreaterThan(50);
    expect((newest?.touched?.length ?? 0) + (newest?.more ?? 0)).toBe(301);

    // As a thousand pushes later; and as another version wrote it.
    await remoteSql(url, [
      { sql: "UPDATE agentfs_sync_log SET sequence = 1001 WHERE sequence = 3" },
      { sql: "UPDATE agentfs_sync_meta SET value = '1001' WHERE key = 'sequence'" },
      { sql: "UPDATE agentfs_sync_log SET counts = 'no JSON', provenance = '{}' WHERE sequence = 1" },
      // And as somebody did who does not want it to be read.
      { sql: `UPDATE agentfs_sync_log SET run_id = '${"x".repeat(70_000)}' WHERE sequence = 1001` },
    ]);
    await m.ok("pull");
    await m.write(write("/next", "next"));
    await m.ok("push");
    expect(
      (await history(m)).map(({ sequence, counts, touched, runId }) => [
        sequence,
        counts !== null,
        touched?.length ?? null,
        runId !== null,
      ]),
    ).toEqual([
      [1002, true, 1, true],
      [1001, true, newest?.touched?.length, false],
      [2, false, null, false],
      [1, false, null, true],
    ]);
    expect(await history(await machine((await startServer()).url))).toEqual([]);
  });

  it("finds what was moved with its directory, and what was changed by another name", async () => {
    const { url } = await startServer();
    const m = await machine(url);
    await m.ok("pull");
    await m.write(write("/notes/deep/rules.md", "kind"), { op: "mkdir", path: "/links" });
    await m.ok("push");
    await m.write({ op: "link", from: "/notes/deep/rules.md", to: "/links/a-name" });
    await m.ok("push");
    await m.write(write("/links/a-name", "evil"));
    await m.ok("push");
    await m.write({ op: "rename", from: "/notes", to: "/old-notes" });
    await m.ok("push");
    const found = async (path: string) => (await history(m, path)).map(({ sequence }) => sequence);
    expect(await found("links/a-name")).toEqual([3, 2]);
    expect(await found("notes/deep/rules.md")).toEqual([4, 3, 1]);
    expect(await found("old-notes/**")).toEqual([4]);
  });
});
