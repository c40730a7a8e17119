import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openSealed, sealFile } from "../../packages/core/src/index.ts";
import { failedPush } from "../parts/failed-push.ts";
import { pulled } from "../parts/machine.ts";
import { call, text } from "../parts/ops.ts";
import { withDatabase } from "../parts/plain-writer.ts";
import { contentOf, pulledSetting } from "../parts/pulled-setting.ts";
import { remoteSql } from "../parts/remote-sql.ts";
import { exported, pushElsewhere, rescue } from "../parts/rescue.ts";
import { makeTempDir } from "../parts/temp.ts";

describe("a bundle", () => {
  it("I10: of large content and a table of the job's own is pushed from anywhere, once", async () => {
    const base64 = randomBytes(3_000_000).toString("base64");
    const { url, m } = await failedPush(
      { op: "writeFile", path: "/large", base64 },
      { op: "sql", sql: "CREATE TABLE notes (id INTEGER PRIMARY KEY, note TEXT)" },
      { op: "sql", sql: "INSERT INTO notes (note) VALUES ('one'), ('two')" },
    );
    const file = await exported(m.dir);
    const { push } = await pushElsewhere(file, url);
    expect(push).toMatchObject({ outcome: "pushed", files: { added: 1 }, rows: { added: 2 }, schema: { added: 1 } });
    expect((await pulled(url)).files["/large"]).toBe(base64);
    expect((await pushElsewhere(file, url)).push?.outcome).toBe("unchanged");
    expect(await remoteSql(url, [{ sql: "SELECT note FROM notes ORDER BY id" }])).toEqual([[["one"], ["two"]]]);
    await m.ok("sync", { timeoutSeconds: 30 });
    expect(await m.list()).toEqual(await pulled(url));
    expect(await remoteSql(url, [{ sql: "SELECT count(*) FROM notes" }])).toEqual([[[2]]]);
  });

  it("of what a pull set aside in the middle of a write: the rest is pushed, what is half-written is kept and named", async () => {
    const { url, m } = await pulledSetting();
    await m.write(text("/whole", "w"), call("deploy"));
    withDatabase(m.db, (db) => {
      db.exec("INSERT INTO fs_inode (ino, mode, nlink, size, atime, mtime, ctime) VALUES (900, 33188, 1, 0, 1, 1, 1)");
      db.exec("INSERT INTO fs_dentry (name, parent_ino, ino) VALUES ('half', 1, 900)");
      db.exec("INSERT INTO fs_data (ino, chunk_index, data) VALUES (900, 0, x'414243')");
    });
    await m.ok("pull", { onUnpushed: "set-aside" });
    const { bundles } = await rescue(m.dir, { action: "list" });
    const request = { action: "push", pushId: bundles?.[0]?.pushId ?? "" } as const;
    for (const outcome of ["pushed", "unchanged"]) {
      const report = await rescue(m.dir, request, { remoteUrl: url });
      expect(report).toMatchObject({
        ok: false,
        push: { outcome },
        error: { code: "working-copy-torn" },
        rescue: bundles?.[0]?.path,
      });
      expect(report.error?.message).toContain("/half");
      expect((await rescue(m.dir, { action: "list" })).bundles).toHaveLength(1);
    }
    const remote = await pulled(url);
    expect(contentOf(remote.files, "/whole")).toBe("w");
    expect(Object.keys(remote.files)).not.toContain("/half");
    expect(remote.toolCalls.filter(({ name }) => name === "deploy")).toHaveLength(1);
  });

  it("sealed, and opened with the same secret, is pushed as it was", async () => {
    const { url, m } = await failedPush(text("/new", "n"));
    const options = { secret: "a token", purpose: "rescue", url };
    const [sealed, opened] = [join(await makeTempDir(), "sealed"), join(await makeTempDir(), "opened")];
    await sealFile(await exported(m.dir), sealed, options);
    await expect(pushElsewhere(sealed, url)).rejects.toMatchObject({ code: "rescue-damaged" });
    await expect(openSealed(sealed, opened, { ...options, secret: "another" })).rejects.toMatchObject({ code: "rescue-sealed" });
    await openSealed(sealed, opened, options);
    expect((await pushElsewhere(opened, url)).push?.outcome).toBe("pushed");
  });
});
