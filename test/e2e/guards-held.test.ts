import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { holdOpen } from "../parts/holder.ts";
import { machine, pulled } from "../parts/machine.ts";
import { text } from "../parts/ops.ts";
import { readPlainly, withDatabase, writePlainly } from "../parts/plain-writer.ts";
import { startServer } from "../parts/server.ts";

describe("a working copy that the SDK has open in another process", () => {
  it("I5: is pushed from, again and again, while the agent goes on", async () => {
    const { url } = await startServer();
    const m = await machine(url);
    await m.ok("pull");
    const agent = await holdOpen(m.db);
    for (const round of [1, 2, 3]) {
      await agent.do(text(`/round-${round}`, "x".repeat(round * 5000)));
      await agent.do({ op: "kvSet", key: "round", value: round });
      expect((await m.ok("push")).push).toMatchObject({ outcome: "pushed", sequence: round, files: { added: 1 } });
      const remote = await pulled(url);
      expect(Object.keys(remote.files)).toHaveLength(round);
      expect(remote.keys["round"]).toBe(round);
    }
    await agent.do(text("/round-1", "changed"));
    expect((await m.ok("push")).push).toMatchObject({ outcome: "pushed", files: { added: 0, changed: 1 } });
    await agent.close();
    expect((await m.ok("push")).push?.outcome).toBe("unchanged");
    expect(await pulled(url)).toEqual(await m.list());
  });

  it("is not pulled into: working-copy-busy, the base is newer, and the agent sees and loses nothing", async () => {
    const { url } = await startServer();
    const [m, other] = [await machine(url), await machine(url)];
    await m.ok("pull");
    await m.write(text("/mine", "mine"));
    await m.ok("push");
    await other.ok("pull");
    await other.write(text("/theirs", "theirs"));
    await other.ok("push");
    const agent = await holdOpen(m.db);
    for (const _ of [1, 2]) {
      const { error, pull } = await m.run("pull");
      expect([error?.code, error?.retryable, pull?.outcome]).toEqual(["working-copy-busy", true, "failed"]);
    }
    const { status } = await m.ok("status");
    expect(status).toMatchObject({ sequence: 2, workingCopy: "clean" });
    expect(await agent.do({ op: "readdir", path: "/" })).toEqual(["mine"]);
    await agent.do(text("/while-held", "w"));
    expect((await m.ok("push")).push).toMatchObject({ outcome: "pushed", sequence: 3 });
    await agent.close();
    await m.ok("pull");
    expect(Object.keys((await m.list()).files).toSorted()).toEqual(["/mine", "/theirs", "/while-held"]);
    expect(await pulled(url)).toEqual(await m.list());
  });

  it("I5: and was killed: what it had written is pushed", async () => {
    const { url } = await startServer();
    const m = await machine(url);
    await m.ok("pull");
    const agent = await holdOpen(m.db);
    for (let i = 0; i < 20; i++) await agent.do(text(`/f${i}`, `${i}`.repeat(3000)));
    await agent.kill();
    expect((await m.ok("push")).push).toMatchObject({ outcome: "pushed", files: { added: 20 } });
    expect(await pulled(url)).toEqual(await m.list());
  });
});

describe("a working copy written by stock SQLite", () => {
  it.each(["DELETE", "TRUNCATE", "PERSIST", "WAL"])(
    "I5: in journal mode %s, open or closed, is pushed and pulled",
    async (mode) => {
      const { url } = await startServer();
      const [m, other] = [await machine(url), await machine(url)];
      await m.ok("pull");
      await other.ok("pull");
      withDatabase(m.db, (db) => db.exec(`PRAGMA journal_mode = ${mode}`));
      writePlainly(m.db, "closed");
      expect((await m.ok("push")).push?.outcome).toBe("pushed");
      const open = new DatabaseSync(m.db);
      open.exec("INSERT INTO kv_store (key, value) VALUES ('open', '1')");
      expect((await m.ok("push")).push).toMatchObject({ outcome: "pushed", keys: { added: 1 } });
      await other.ok("pull");
      await other.write(text("/other", "o"));
      await other.ok("push");
      await m.ok("pull");
      expect(open.prepare("SELECT name FROM fs_dentry ORDER BY name").all()).toEqual([{ name: "closed" }, { name: "other" }]);
      open.exec("INSERT INTO kv_store (key, value) VALUES ('after', '1')");
      expect((await m.ok("push")).push).toMatchObject({ outcome: "pushed", keys: { added: 1 } });
      open.close();
      expect((await m.ok("push")).push?.outcome).toBe("unchanged");
      expect(await pulled(url)).toEqual(await m.list());
    },
  );

  it("I5: is as it was after the sqlite3 of anybody has read it", async () => {
    const { url } = await startServer();
    const m = await machine(url);
    await m.ok("pull");
    await m.write(text("/a", "a"));
    expect(readPlainly(m.db).files).toEqual(["a"]);
    expect((await m.ok("push")).push?.outcome).toBe("pushed");
    await m.write(text("/b", "b"));
    readPlainly(m.db);
    await m.write(text("/c", "c"));
    readPlainly(m.db);
    expect((await m.ok("push")).push).toMatchObject({ outcome: "pushed", files: { added: 2 } });
    readPlainly(m.db);
    expect((await m.ok("push")).push?.outcome).toBe("unchanged");
    expect(await pulled(url)).toEqual(await m.list());
  });

  it("I5: in a transaction that is not committed yet: only what was committed is pushed", async () => {
    for (const mode of ["DELETE", "WAL"]) {
      const { url } = await startServer();
      const m = await machine(url);
      await m.ok("pull");
      withDatabase(m.db, (db) => db.exec(`PRAGMA journal_mode = ${mode}`));
      writePlainly(m.db, "before");
      const open = new DatabaseSync(m.db);
      open.exec("BEGIN IMMEDIATE");
      open.exec("INSERT INTO kv_store (key, value) VALUES ('under-way', '1')");
      expect((await m.ok("push")).push, mode).toMatchObject({ outcome: "pushed", keys: { added: 1 } });
      expect(Object.keys((await pulled(url)).keys), mode).toEqual(["before"]);
      open.exec("COMMIT");
      expect((await m.ok("push")).push, mode).toMatchObject({ outcome: "pushed", keys: { added: 1 } });
      open.close();
      expect(Object.keys((await pulled(url)).keys), mode).toEqual(["before", "under-way"]);
    }
  });

  it("I5: with a WAL that is written anew from its start, in a file that keeps its length: no commit is overlooked", async () => {
    const { url } = await startServer();
    const m = await machine(url);
    await m.ok("pull");
    const open = new DatabaseSync(m.db);
    open.exec("PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0");
    open.prepare("INSERT INTO kv_store (key, value) VALUES ('large', ?)").run(JSON.stringify("x".repeat(400_000)));
    open.exec("PRAGMA wal_checkpoint(FULL)");
    for (const round of [1, 2, 3, 4]) {
      open.exec(`INSERT INTO kv_store (key, value) VALUES ('round-${round}', '1')`);
      expect((await m.ok("push")).push?.outcome, `round ${round}`).toBe("pushed");
    }
    // Frames of a transaction that was rolled back stay behind the newest commit, until others are written over them.
    open.exec("PRAGMA cache_size = 4; PRAGMA cache_spill = 2");
    open.exec("BEGIN");
    for (let i = 0; i < 50; i++) {
      open.prepare("INSERT INTO kv_store (key, value) VALUES (?, ?)").run(`undone-${i}`, JSON.stringify("y".repeat(4000)));
    }
    open.exec("ROLLBACK");
    expect((await m.ok("push")).push?.outcome).toBe("unchanged");
    open.exec("INSERT INTO kv_store (key, value) VALUES ('over-it', '1')");
    expect((await m.ok("push")).push?.outcome).toBe("pushed");
    open.close();
    const keys = Object.keys((await pulled(url)).keys).toSorted();
    expect(keys).toEqual(["large", "over-it", "round-1", "round-2", "round-3", "round-4"]);
  });
});
