import { cp, mkdir, readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { FileDiff } from "../../packages/core/src/index.ts";
import { acquireLock } from "../../packages/core/src/replica/lock.ts";
import { agentPaths } from "../../packages/core/src/replica/paths.ts";
import { runCli } from "../parts/cli.ts";
import { freePort } from "../parts/free-port.ts";
import { type Machine, machine } from "../parts/machine.ts";
import { callId, digestOf, dir, file, finish, forget, makeSeed, makeWorld, move, set, unlink } from "../parts/merge-world.ts";
import { asTheJobLeftIt, bring, bringReplica, recorded } from "../parts/mounted.ts";
import { startProxy } from "../parts/proxy.ts";
import { startServer } from "../parts/server.ts";
import { makeTempDir } from "../parts/temp.ts";

/** A remote that is not there: `diff` asks none. */
const nowhere = async () => `http://127.0.0.1:${await freePort()}`;

/** The command in a machine's folder. */
const diffIn = async (cwd: string, ...args: string[]) =>
  runCli(["diff", "--agent", "bot", "--remote-url", await nowhere(), ...args], { cwd });

/** Every file of the folder with what is in it. */
async function contentsOf({ dir: folder }: Machine) {
  const names = await readdir(join(folder, ".agentfs"), { recursive: true, withFileTypes: true });
  const files = names.filter((name) => name.isFile()).map((name) => join(name.parentPath, name.name));
  return Promise.all(files.map(async (path) => [path, await digestOf(path)]));
}

describe("what a job with the SDK changed", () => {
  let on: Machine;
  beforeAll(async () => {
    on = (await makeWorld((await makeSeed()).db)).first;
    await on.write(
      file("/a.txt", "a\nmore\n"),
      file("/dir/new", "new\n"),
      unlink("/b.txt"),
      move("/other", "/another"),
      dir("/empty"),
      set("one", 11),
      set("three", [3]),
      forget("two"),
    );
    await on.write(finish(await callId(on, "build"), { ok: true }), { op: "toolStart", name: "test" });
  });

  test("is listed for people, with its lines of text, and exit 0", async () => {
    const { exitCode, stdout, stderr } = await diffIn(on.dir);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout.replace(/tool call \d+/g, "tool call N")).toMatchInlineSnapshot(`
      "bot: changed /a.txt (1 byte -> 7 bytes)
      --- /a.txt
      +++ /a.txt
      @@ -1,1 +1,2 @@
      -a
      \\ No newline at end of file
      +a
      +more
      bot: renamed directory /other -> /another
      bot: removed /b.txt (1 byte)
      --- /b.txt
      +++ /dev/null
      @@ -1,1 +0,0 @@
      -b
      \\ No newline at end of file
      bot: added /dir/new (4 bytes)
      --- /dev/null
      +++ /dir/new
      @@ -0,0 +1,1 @@
      +new
      bot: added directory /empty
      bot: changed key one: 1 -> 11
      bot: added key three: [3]
      bot: removed key two: {"n":2}
      bot: changed tool call N build: pending -> success
      bot: added tool call N test: pending
      "
    `);
  });

  test("is one object with --json, and the same as a push then counts", async () => {
    const { json } = await diffIn(on.dir, "--json");
    const [agent] = json?.agents ?? [];
    expect(json).toMatchObject({ command: "diff", ok: true, exitCode: 0 });
    expect(agent).toMatchObject({ ok: true, pull: null, push: null, diff: { workingCopy: "changed" } });
    const { files = [], keys = [], toolCalls = [] } = agent?.diff ?? {};
    expect(files.map(({ did, path, from, before, after }) => [did, from, path, before?.sizeBytes, after?.sizeBytes])).toEqual([
      ["changed", null, "/a.txt", 1, 7],
      ["renamed", "/other", "/another", 0, 0],
      ["removed", null, "/b.txt", 1, undefined],
      ["added", null, "/dir/new", undefined, 4],
      ["added", null, "/empty", undefined, 0],
    ]);
    expect(files[0]?.text).toBe("--- /a.txt\n+++ /a.txt\n@@ -1,1 +1,2 @@\n-a\n\\ No newline at end of file\n+a\n+more\n");
    expect(keys).toEqual([
      { did: "changed", key: "one", before: "1", after: "11" },
      { did: "added", key: "three", before: null, after: "[3]" },
      { did: "removed", key: "two", before: '{"n":2}', after: null },
    ]);
    expect(toolCalls.map(({ did, name, before, after }) => [did, name, before, after])).toEqual([
      ["changed", "build", "pending", "success"],
      ["added", "test", null, "pending"],
    ]);
    expect((await on.ok("status")).status?.changes).toEqual({
      files: { added: 1, changed: 1, removed: 1, renamed: 1 },
      keys: { added: 1, changed: 1, removed: 1 },
      toolCalls: { added: 1 },
      rows: { added: 0, changed: 0, removed: 0 },
      schema: { added: 0 },
    });
  });

  test("stays as it is, and is shown while another command holds the lock", async () => {
    using _lock = await acquireLock(agentPaths(on.dir, "bot"));
    const before = await contentsOf(on);
    expect((await diffIn(on.dir)).exitCode).toBe(0);
    expect(await contentsOf(on)).toEqual(before);
    expect(before.length).toBeGreaterThan(4);
  });
});

test("no request is made, and after the push there is nothing left", async () => {
  const proxy = await startProxy({ upstream: (await startServer()).url });
  const on = await machine(proxy.url);
  await on.ok("pull");
  expect((await on.ok("diff")).diff).toMatchObject({ workingCopy: "clean", files: [], keys: [], toolCalls: [], rows: [] });
  await on.write(file("/a", "a"));
  const asked = proxy.requests.length;
  expect((await on.ok("diff")).diff).toMatchObject({ workingCopy: "changed", files: [{ did: "added", path: "/a" }] });
  expect(proxy.requests).toHaveLength(asked);
  await on.ok("push");
  expect((await on.ok("diff")).diff).toMatchObject({ workingCopy: "clean", files: [] });
});

test("a database of the real program that nobody pulled is all new", async () => {
  const on = await machine(await nowhere());
  await bring("fuse", on.db);
  const { diff } = await on.ok("diff");
  expect(diff?.workingCopy).toBe("without-origin");
  const all = recorded("fuse");
  expect(diff?.files.map(({ did, path }) => `${did} ${path}`).sort()).toEqual(
    Object.keys(all)
      .map((path) => `added ${path}`)
      .sort(),
  );
  for (const { path, kind, after } of diff?.files ?? []) {
    if (kind === "file") expect([path, after?.sizeBytes]).toEqual([path, all[path]?.size]);
  }
});

test("the job of a mount: what is listed makes of the paths before it the paths after it", async () => {
  const { url } = await startServer();
  const on = await machine(url);
  await bring("fuse", on.db);
  await on.ok("push");
  await asTheJobLeftIt(on.db, "fuse-ours");
  const [before, after] = [recorded("fuse"), recorded("fuse-ours")];
  const files = (await on.ok("diff")).diff?.files ?? [];
  const of = (did: string) => files.filter((file) => file.did === did);
  const removed = new Set(of("removed").map(({ path }) => path));
  const stayed = Object.keys(before).filter((path) => !removed.has(path));
  const now = new Map(stayed.map((path) => [renamed(path, of("renamed")), before[path]]));
  expect([...now.keys(), ...of("added").map(({ path }) => path)].sort()).toEqual(Object.keys(after).sort());
  const changed = new Set([...of("changed"), ...of("renamed")].map(({ path }) => path));
  // A file with several paths is listed by one of them.
  const silent = [...now].filter(([path]) => !changed.has(path) && after[path]?.nlink === 1);
  expect(silent.length).toBeGreaterThan(20);
  expect(Object.fromEntries(silent.map(([path, shown]) => [path, shown?.sha256]))).toEqual(
    Object.fromEntries(silent.map(([path]) => [path, after[path]?.sha256])),
  );
  expect(["added", "changed", "removed", "renamed"].map((did) => of(did).length > 0)).toEqual([true, true, true, true]);
});

/** Where a path of before is after the renames: the innermost one that holds it says. */
function renamed(path: string, renames: readonly FileDiff[]): string {
  const [rename] = renames
    .filter(({ from }) => path === from || path.startsWith(`${from}/`))
    .sort((a, b) => (b.from?.length ?? 0) - (a.from?.length ?? 0));
  return rename === undefined ? path : rename.path + path.slice(rename.from?.length);
}

describe("there is nothing to show of", () => {
  test("a folder without a working copy: it says so, exit 0, and makes no folder", async () => {
    const cwd = await makeTempDir();
    expect(await diffIn(cwd)).toMatchObject({ exitCode: 0, stdout: "bot: no working copy yet\n", stderr: "" });
    expect(await readdir(cwd)).toEqual([]);
  });

  test("a native replica: exit 7, engine-mismatch", async () => {
    const cwd = await makeTempDir();
    await bringReplica(join(cwd, ".agentfs"));
    expect(await diffIn(cwd)).toMatchObject({ exitCode: 7, stderr: expect.stringMatching(/^error\[engine-mismatch\]: bot: /) });
  });

  test("a working copy whose origin is not there: exit 7, origin-mismatch", async () => {
    const on = await machine((await startServer()).url);
    await on.ok("pull");
    await on.write(file("/a", "a"));
    const cwd = await makeTempDir();
    await mkdir(dirname(join(cwd, ".agentfs/bot.db")));
    for (const name of ["bot.db", "bot.db-wal"]) await cp(join(on.dir, ".agentfs", name), join(cwd, ".agentfs", name));
    expect(await diffIn(cwd)).toMatchObject({ exitCode: 7, stderr: expect.stringMatching(/^error\[origin-mismatch\]: bot: /) });
  });

  test("an encrypted database: exit 5, not-a-database", async () => {
    const cwd = await makeTempDir();
    await bring("encrypted", join(cwd, ".agentfs/bot.db"));
    expect(await diffIn(cwd)).toMatchObject({ exitCode: 5, stderr: expect.stringMatching(/^error\[not-a-database\]: bot: /) });
  });
});
