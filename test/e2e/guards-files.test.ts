import { cp, mkdir, readdir, readFile, rename, rm, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { type Machine, machine, pulled } from "../parts/machine.ts";
import { text } from "../parts/ops.ts";
import { withDatabase, writePlainly } from "../parts/plain-writer.ts";
import { nodePath } from "../parts/programs.ts";
import { startProxy } from "../parts/proxy.ts";
import { runChild } from "../parts/run-child.ts";
import { startServer } from "../parts/server.ts";
import { makeTempDir } from "../parts/temp.ts";

const COMMANDS = ["pull", "push", "sync"] as const;

async function setting(): Promise<{ readonly url: string; readonly m: Machine }> {
  const { url } = await startServer();
  const m = await machine(url, { timeoutSeconds: 15 });
  await m.ok("pull");
  await m.write(text("/a", "a"));
  await m.ok("push");
  return { url, m };
}

describe("a working copy that a killed writer left half-way", () => {
  it("I5: in rollback mode: what was committed before is pushed, and the file is not touched", async () => {
    const { url, m } = await setting();
    await m.ok("pull");
    writePlainly(m.db, "committed");
    const program = fileURLToPath(new URL("../parts/hot-journal-child.ts", import.meta.url));
    expect((await runChild(nodePath(), [program, m.db])).signal).toBe("SIGKILL");
    const files = async () => [await readFile(m.db), await readFile(`${m.db}-journal`)];
    const before = await files();
    expect(before[1]?.subarray(0, 8).toString("hex")).toBe("d9d505f920a163d7");
    expect((await m.ok("push")).push).toMatchObject({ outcome: "pushed", files: { added: 1 }, keys: { added: 1 } });
    expect(await files()).toEqual(before);
    const remote = await pulled(url);
    expect(Object.keys(remote.keys)).toEqual(["committed"]);
    expect((await m.ok("push")).push?.outcome).toBe("unchanged");
    await m.ok("pull");
    expect(await m.list()).toEqual(remote);
  });
});

describe("an SDK write caught half-way", () => {
  it("with more content than its size says is never pushed: torn, exit 6, and pushed whole when the writer is done", async () => {
    const { url, m } = await setting();
    const remote = await pulled(url);
    withDatabase(m.db, (db) => {
      db.exec("INSERT INTO fs_inode (ino, mode, nlink, size, atime, mtime, ctime) VALUES (900, 33188, 1, 0, 1, 1, 1)");
      db.exec("INSERT INTO fs_dentry (name, parent_ino, ino) VALUES ('half', 1, 900)");
      db.exec("INSERT INTO fs_data (ino, chunk_index, data) VALUES (900, 0, x'414243')");
    });
    const { error, push } = await m.run("push", { timeoutSeconds: 3 });
    expect([error?.code, error?.retryable, push?.outcome]).toEqual(["working-copy-torn", true, "unchanged"]);
    expect(error?.message).toContain("/half");
    expect(await pulled(url)).toEqual(remote);
    withDatabase(m.db, (db) => db.exec("UPDATE fs_inode SET size = 3 WHERE ino = 900"));
    expect((await m.ok("push")).push?.outcome).toBe("pushed");
    expect(Buffer.from((await pulled(url)).files["/half"] ?? "", "base64").toString()).toBe("ABC");
  });

  it("I7: that its writer was killed in is held back, on the remote and for later pushes, and the rest of the job is pushed", async () => {
    const { url, m } = await setting();
    await m.write(text("/b", "b"), text("/dir/c", "c"), { op: "kvSet", key: "k", value: 1 });
    withDatabase(m.db, (db) => {
      db.exec("INSERT INTO fs_inode (ino, mode, nlink, size, atime, mtime, ctime) VALUES (900, 33188, 1, 0, 1, 1, 1)");
      db.exec("INSERT INTO fs_dentry (name, parent_ino, ino) VALUES ('half', 1, 900)");
      db.exec("INSERT INTO fs_data (ino, chunk_index, data) VALUES (900, 0, x'414243')");
      db.exec("UPDATE fs_data SET data = x'616263' WHERE ino = (SELECT ino FROM fs_dentry WHERE name = 'a')");
      db.exec("INSERT INTO fs_dentry (name, parent_ino, ino) VALUES ('no-inode', 1, 950)");
      db.exec("INSERT INTO fs_inode (ino, mode, nlink, size, atime, mtime, ctime) VALUES (951, 33188, 1, 0, 1, 1, 1)");
      db.exec("INSERT INTO fs_dentry (name, parent_ino, ino) VALUES ('below', 950, 951)");
    });
    const { error, push, rescue } = await m.run("push", { timeoutSeconds: 3 });
    expect([error?.code, push?.outcome, push?.files.added, rescue]).toEqual(["working-copy-torn", "pushed", 2, null]);
    for (const path of ["/half", "/a", "/no-inode"]) expect(error?.message).toContain(path);
    const remote = await pulled(url);
    const contents = Object.entries(remote.files).map(([path, base64]) => [path, Buffer.from(base64, "base64").toString()]);
    expect(contents.sort()).toEqual([
      ["/a", "a"],
      ["/b", "b"],
      ["/dir/c", "c"],
    ]);
    expect(remote.keys).toEqual({ k: 1 });
    const again = await m.run("push", { timeoutSeconds: 3 });
    expect([again.error?.code, again.push?.outcome]).toEqual(["working-copy-torn", "unchanged"]);
    expect((await m.run("pull")).error?.code).toBe("unpushed-changes");
    withDatabase(m.db, (db) => {
      db.exec("UPDATE fs_inode SET size = 3 WHERE ino = 900 OR ino = (SELECT ino FROM fs_dentry WHERE name = 'a')");
      db.exec("DELETE FROM fs_dentry WHERE name IN ('no-inode', 'below')");
      db.exec("DELETE FROM fs_inode WHERE ino = 951");
    });
    expect((await m.ok("sync")).push).toMatchObject({ outcome: "pushed", files: { added: 1, changed: 1 } });
    expect(await m.list()).toEqual(await pulled(url));
    expect(Buffer.from((await m.list()).files["/a"] ?? "", "base64").toString()).toBe("abc");
  });

  it("is waited for: a push that began while the size was missing carries the whole file", async () => {
    const { url, m } = await setting();
    withDatabase(m.db, (db) => {
      db.exec("INSERT INTO fs_inode (ino, mode, nlink, size, atime, mtime, ctime) VALUES (900, 33188, 1, 0, 1, 1, 1)");
      db.exec("INSERT INTO fs_dentry (name, parent_ino, ino) VALUES ('half', 1, 900)");
      db.exec("INSERT INTO fs_data (ino, chunk_index, data) VALUES (900, 0, x'414243')");
    });
    const pushing = m.ok("push");
    // The push takes a snapshot under this folder before it looks for halves of files.
    await until(async () => (await stat(join(m.dir, ".agentfs", ".sync", "bot", "tmp")).catch(() => null)) !== null);
    withDatabase(m.db, (db) => db.exec("UPDATE fs_inode SET size = 3 WHERE ino = 900"));
    expect((await pushing).push?.outcome).toBe("pushed");
    expect(Buffer.from((await pulled(url)).files["/half"] ?? "", "base64").toString()).toBe("ABC");
  });

  it.each([
    ["an entry that names no inode", "INSERT INTO fs_dentry (name, parent_ino, ino) VALUES ('x', 1, 901)"],
    [
      "a link that is not counted",
      "INSERT INTO fs_dentry (name, parent_ino, ino) SELECT 'x', 1, ino FROM fs_dentry WHERE name = 'a'",
    ],
  ])("as %s is never pushed", async (_, sql) => {
    const { url, m } = await setting();
    const remote = await pulled(url);
    withDatabase(m.db, (db) => db.exec(sql));
    expect((await m.run("push", { timeoutSeconds: 2 })).error?.code).toBe("working-copy-torn");
    expect(await pulled(url)).toEqual(remote);
  });
});

describe("an inode that no entry names", () => {
  it("is no object: it is not pushed", async () => {
    const { url, m } = await setting();
    const remote = await pulled(url);
    withDatabase(m.db, (db) =>
      db.exec("INSERT INTO fs_inode (ino, mode, nlink, size, atime, mtime, ctime) VALUES (901, 33188, 1, 0, 1, 1, 1)"),
    );
    expect((await m.ok("push")).push?.outcome).toBe("unchanged");
    expect(await pulled(url)).toEqual(remote);
  });
});

describe("a `.db` that is", () => {
  it.each([
    ["text", Buffer.from("hello, I am no database\n".repeat(400)), "not-a-database"],
    ["encrypted", Buffer.alloc(8192, 0xa7), "not-a-database"],
    ["the start of a database", null, "local-damaged"],
  ])("%s: refused by every command, and left as it is", async (_, bytes, code) => {
    const { url, m } = await setting();
    const remote = await pulled(url);
    const content = bytes ?? (await readFile(m.db)).subarray(0, 4096 * 3 + 100);
    for (const suffix of ["-wal", "-shm"]) await rm(m.db + suffix, { force: true });
    await rm(m.db);
    await writeFile(m.db, content);
    for (const command of COMMANDS) expect((await m.run(command)).error?.code, command).toBe(code);
    expect((await readFile(m.db)).equals(content)).toBe(true);
    expect(await pulled(url)).toEqual(remote);
  });

  it("empty: refused or taken for a new one, and nothing is deleted on the remote", async () => {
    const { url, m } = await setting();
    const remote = await pulled(url);
    for (const suffix of ["-wal", "-shm"]) await rm(m.db + suffix, { force: true });
    await writeFile(m.db, "");
    for (const command of COMMANDS) expect((await m.run(command)).error, command).not.toBeNull();
    expect(await pulled(url)).toEqual(remote);
  });

  it("a directory: refused", async () => {
    const { m } = await setting();
    await rm(m.db);
    await mkdir(m.db);
    for (const command of COMMANDS) expect((await m.run(command)).error?.code, command).toBe("file-system");
  });

  it("a symbolic link, to itself moved, to nowhere, to another file: refused, not followed, not replaced", async () => {
    const { url, m } = await setting();
    const other = await machine(url);
    await other.ok("pull");
    await other.write(text("/b", "b"));
    await other.ok("push");
    const moved = join(await makeTempDir(), "moved.db");
    await rename(m.db, moved);
    const before = await readFile(moved);
    for (const target of [moved, join(m.dir, "nowhere.db"), "/etc/hostname"]) {
      await symlink(target, m.db);
      for (const command of COMMANDS) expect((await m.run(command)).error?.code, `${target} ${command}`).toBe("file-system");
      expect((await readFile(moved)).equals(before)).toBe(true);
      await rm(m.db);
    }
    await cp(moved, m.db);
  });
});

describe("a folder that", () => {
  it("cannot be made, since a file is in its place: file-system, and no request that changes anything", async () => {
    const { url } = await startServer();
    const proxy = await startProxy({ upstream: url });
    for (const place of [".agentfs", ".agentfs/.sync", ".agentfs/.sync/bot"]) {
      const dir = await makeTempDir();
      await mkdir(join(dir, place, ".."), { recursive: true });
      await writeFile(join(dir, place), "a file");
      const m = await machine(proxy.url, {}, dir);
      for (const command of COMMANDS) {
        const { error } = await m.run(command);
        expect(error?.code, `${place} ${command}`).toBe("file-system");
        expect(error?.message, `${place} ${command}`).toContain(join(dir, ".agentfs"));
      }
      expect(await readFile(join(dir, place), "utf8")).toBe("a file");
    }
    expect(proxy.requests).toEqual([]);
  });

  it("is a symbolic link to somewhere else: refused, and nothing is written there", async () => {
    const { url } = await startServer();
    for (const place of [".agentfs", ".agentfs/.sync", ".agentfs/.sync/bot"]) {
      const dir = await makeTempDir();
      const elsewhere = await makeTempDir();
      await mkdir(join(dir, place, ".."), { recursive: true });
      await symlink(elsewhere, join(dir, place));
      const m = await machine(url, {}, dir);
      for (const command of COMMANDS) expect((await m.run(command)).error?.code, `${place} ${command}`).toBe("file-system");
      expect(await readdir(elsewhere)).toEqual([]);
    }
  });
});

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setImmediate(resolve));
}
