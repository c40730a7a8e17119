import { copyFile, mkdir, readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, test } from "vitest";
import { runCli } from "../parts/cli.ts";
import { freePort } from "../parts/free-port.ts";
import { machine } from "../parts/machine.ts";
import { digestOf, dir, file, link, remove, set, symlink } from "../parts/merge-world.ts";
import { bring, bringReplica } from "../parts/mounted.ts";
import { startProxy } from "../parts/proxy.ts";
import { remoteSql } from "../parts/remote-sql.ts";
import { startServer } from "../parts/server.ts";
import { makeTempDir } from "../parts/temp.ts";

const flags = (url: string): string[] => ["--agent", "bot", "--remote-url", url];

/** A folder with a working copy, and a remote that nobody answers for: `verify` needs none. */
async function brought(put: (db: string) => Promise<void>) {
  const cwd = await makeTempDir();
  const db = join(cwd, ".agentfs", "bot.db");
  await mkdir(dirname(db));
  await put(db);
  const url = `http://127.0.0.1:${await freePort()}`;
  return { cwd, db, verify: (...args: string[]) => runCli(["verify", ...flags(url), ...args], { cwd }) };
}

describe("databases of the real program are consistent", () => {
  test.for(["fuse", "fuse-theirs", "overlay", "fresh"])("%s", async (name) => {
    const { cwd, db, verify } = await brought((path) => bring(name, path));
    const before = [await digestOf(db), await readdir(join(cwd, ".agentfs"))];
    expect(await verify()).toMatchObject({
      exitCode: 0,
      stdout: "bot: consistent: it keeps every rule of AgentFS\n",
      stderr: "",
    });
    expect([await digestOf(db), await readdir(join(cwd, ".agentfs"))]).toEqual(before);
  });

  test("a native replica", async () => {
    const { verify } = await brought((path) => bringReplica(dirname(path)));
    expect((await verify("--json")).json).toMatchObject({ ok: true, agents: [{ ok: true, findings: [] }] });
  });

  test("fuse-ours, in which a mount left the inode of a directory that it removed: a remark, exit 0", async () => {
    const { verify } = await brought((path) => bring("fuse-ours", path));
    const { exitCode, json } = await verify("--json");
    expect(exitCode).toBe(0);
    expect(json?.agents).toMatchObject([{ ok: true, error: null, findings: [{ rule: "left-behind", path: "inode 4" }] }]);
  });
});

test("what the SDK wrote is consistent, here and on the remote", async () => {
  const { url } = await startServer();
  const on = await machine(url);
  await on.write(dir("/d"), file("/d/a", "a".repeat(10_000)), link("/d/a", "/b"), symlink("/b", "/l"), set("k", { n: 1 }));
  await on.write(
    { op: "toolStart", name: "build", parameters: { target: "all" } },
    file("/d/c", ""),
    dir("/gone"),
    file("/gone/x", "x"),
    remove("/gone"),
  );
  expect((await on.ok("verify")).findings).toEqual([]);
  await on.ok("push");
  expect((await on.ok("verify")).findings).toEqual([]);
  expect((await on.ok("verify", { verifyRemote: true })).findings).toEqual([]);
});

test("a broken working copy: exit 5, each finding with its rule and path, the file stays as it is", async () => {
  const { cwd, db, verify } = await brought((path) => bring("fuse", path));
  const broken = new DatabaseSync(db);
  broken.exec("UPDATE fs_inode SET nlink = 7 WHERE ino = (SELECT ino FROM fs_dentry WHERE name = 'README.md')");
  broken.exec("INSERT INTO kv_store (key, value) VALUES ('bad', '{')");
  broken.close();
  const before = await digestOf(db);
  const shown = await verify();
  expect(shown).toMatchObject({
    exitCode: 5,
    stdout:
      "bot: /README.md: its link count is not the number of its entries (link-count)\nbot: bad: the value of this key is not JSON (key-json)\n",
  });
  expect(shown.stderr).toMatch(
    /^error\[inconsistent\]: bot: .*bot\.db breaks the rules of AgentFS in 2 places\.\n {2}hint: Nothing was changed\..*\n$/,
  );
  const { json } = await verify("--json");
  expect(json).toMatchObject({ command: "verify", ok: false, exitCode: 5 });
  expect(json?.agents[0]).toMatchObject({ ok: false, error: { code: "inconsistent", retryable: false } });
  expect(json?.agents[0]?.findings).toEqual([
    { rule: "link-count", path: "/README.md", what: "its link count is not the number of its entries" },
    { rule: "key-json", path: "bad", what: "the value of this key is not JSON" },
  ]);
  expect([await digestOf(db), await readdir(join(cwd, ".agentfs"))]).toEqual([before, ["bot.db"]]);
});

test("a broken remote: exit 5, whatever is here, and nothing in .agentfs is touched", async () => {
  const { url } = await startServer();
  const on = await machine(url);
  await on.write(file("/a", "a"));
  await on.ok("push");
  await remoteSql(url, [{ sql: "UPDATE fs_inode SET nlink = 3 WHERE mode & 61440 = 32768" }]);
  const cwd = await makeTempDir();
  const { exitCode, json } = await runCli(["verify", ...flags(url), "--remote", "--json"], { cwd });
  expect(exitCode).toBe(5);
  expect(json?.agents[0]).toMatchObject({ error: { code: "inconsistent" }, findings: [{ rule: "link-count", path: "/a" }] });
  expect(await readdir(cwd)).toEqual([]);
  expect((await on.ok("verify")).findings).toEqual([]);
});

test("a working copy is verified without a request, a remote by reads alone", async () => {
  const server = await startServer();
  const proxy = await startProxy({ upstream: server.url });
  const on = await machine(proxy.url);
  await on.ok("pull");
  await on.write(file("/a", "a"));
  await on.ok("push");
  const asked = proxy.requests.length;
  await on.ok("verify");
  expect(proxy.requests).toHaveLength(asked);
  const before = await digestOf(on.db);
  await on.ok("verify", { verifyRemote: true });
  expect(proxy.requests.length).toBeGreaterThan(asked);
  expect(await digestOf(on.db)).toBe(before);
  expect((await on.ok("push")).push?.outcome).toBe("unchanged");
});

describe("there is nothing to verify in", () => {
  test("a folder without a working copy: exit 2, and no folder is made", async () => {
    const cwd = await makeTempDir();
    const { exitCode, stderr } = await runCli(["verify", ...flags("http://127.0.0.1:1")], { cwd });
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/^error\[working-copy-missing\]: bot: There is no working copy .*bot\.db to verify\./);
    expect(await readdir(cwd)).toEqual([]);
  });

  test("an empty remote: it says so, exit 0", async () => {
    const { url } = await startServer();
    const { exitCode, stderr } = await runCli(["verify", ...flags(url), "--remote"], { cwd: await makeTempDir() });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: `bot: ${url} is empty\n` });
  });

  test("an encrypted database: exit 5, not-a-database", async () => {
    const { verify } = await brought((path) => copyFile(join("test/fixtures/databases", "encrypted.db"), path));
    expect(await verify()).toMatchObject({ exitCode: 5, stderr: expect.stringMatching(/^error\[not-a-database\]: bot: /) });
  });
});
