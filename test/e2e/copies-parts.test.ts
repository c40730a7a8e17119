import { copyFile, cp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { baseFiles, basePath, plainFile } from "../parts/image.ts";
import { type Machine, machine, pulled } from "../parts/machine.ts";
import { text } from "../parts/ops.ts";
import { readPlainly, withDatabase, writePlainly } from "../parts/plain-writer.ts";
import { startProxy } from "../parts/proxy.ts";
import { contentOf, pulledSetting } from "../parts/pulled-setting.ts";
import { startServer } from "../parts/server.ts";
import { makeTempDir } from "../parts/temp.ts";
import { traffic } from "../parts/traffic.ts";

const syncFolder = (m: Machine) => join(m.dir, ".agentfs", ".sync", "bot");

describe("a part of the folder", () => {
  it("I6: the working copy alone, without what we know of it: a push is refused, and nothing is lost", async () => {
    const { url, m } = await pulledSetting();
    await m.write(text("/unpushed", "u"));
    const before = await m.list();
    const remote = await pulled(url);
    await rm(join(m.dir, ".agentfs", ".sync"), { recursive: true });
    for (const command of ["push", "pull", "sync"] as const) {
      expect((await m.run(command)).error?.code, command).toBe("origin-mismatch");
    }
    expect(await m.list()).toEqual(before);
    expect(await pulled(url)).toEqual(remote);
  });

  it("I6: only the origins: a push goes on from them, a pull brings the base back", async () => {
    const { url, m } = await pulledSetting();
    await m.write(text("/unpushed", "u"));
    for (const name of await readdir(syncFolder(m))) {
      if (name !== "origins") await rm(join(syncFolder(m), name), { recursive: true });
    }
    expect((await m.ok("push")).push?.outcome).toBe("pushed");
    await m.ok("pull");
    expect(await pulled(url)).toEqual(await m.list());
  });

  it("I6: everything but the origins: refused", async () => {
    const { url, m } = await pulledSetting();
    await m.write(text("/unpushed", "u"));
    const before = await m.list();
    const remote = await pulled(url);
    await rm(join(syncFolder(m), "origins"), { recursive: true });
    for (const command of ["push", "pull", "sync"] as const) {
      expect((await m.run(command)).error?.code, command).toBe("origin-mismatch");
    }
    expect(await m.list()).toEqual(before);
    expect(await pulled(url)).toEqual(remote);
  });

  it("I6: our folder alone: a pull makes the working copy anew", async () => {
    const { url, m } = await pulledSetting();
    await rm(m.db);
    expect((await m.run("push")).error?.code).toBe("working-copy-missing");
    await m.ok("pull");
    expect(await m.list()).toEqual(await pulled(url));
  });

  it("I6: our folder alone, with a push in it that did not arrive: what it carried is kept and named", async () => {
    const server = await startServer();
    const net = traffic();
    const proxy = await startProxy({ upstream: server.url, fault: net.fault });
    const m = await machine(proxy.url, { timeoutSeconds: 2 });
    await m.ok("pull");
    await m.write(text("/only-here", "precious"));
    net.rule = (kind) => (kind === "commit" || kind === "settle" ? { drop: "before" } : undefined);
    expect((await m.run("push")).error?.code).toBe("outcome-unknown");
    net.rule = undefined;
    for (const suffix of ["", "-wal"]) await rm(m.db + suffix, { force: true });
    await m.ok("pull");
    const { status } = await m.ok("status");
    const [bundle] = status?.pending ?? [];
    expect(bundle).toBeDefined();
    expect(readPlainly(plainFile(join(syncFolder(m), "pending", bundle ?? "", "snapshot.db"))).files).toEqual(["only-here"]);
  });

  it("I6: a base of another time, cut, emptied, or not a database: it is had anew, and nothing is lost", async () => {
    const { url, m } = await pulledSetting();
    // The file that holds most of it, and the one with the rest where it is in two.
    const first = () => baseFiles(m)[0] ?? "";
    const last = () => baseFiles(m).at(-1) ?? "";
    const old = join(await makeTempDir(), "old.db");
    await copyFile(basePath(m), old);
    await m.write(text("/next", "next"));
    await m.ok("push");
    const damages: Readonly<Record<string, () => Promise<void>>> = {
      older: async () => {
        const name = first().replace(/\.main$/, "");
        for (const file of baseFiles(m)) await rm(file);
        await copyFile(old, name);
      },
      cut: () => withFile(first(), (bytes) => bytes.subarray(0, 4096 * 3)),
      "cut pages": () => withFile(last(), (bytes) => bytes.subarray(0, bytes.length - 4096)),
      empty: () => withFile(first(), () => Buffer.alloc(0)),
      "empty pages": () => withFile(last(), () => Buffer.alloc(0)),
      "other bytes": () => withFile(last(), () => Buffer.from("no database")),
      "a base.json that is cut": () => withFile(join(syncFolder(m), "base.json"), (bytes) => bytes.subarray(0, 30)),
      "no base.json": () => rm(join(syncFolder(m), "base.json")),
      "no pages": () => rm(last()),
      "no file": () => rm(first()),
    };
    for (const [index, [name, damage]] of Object.entries(damages).entries()) {
      for (const command of ["push", "pull"] as const) {
        const other = await machine(url);
        await other.ok("pull");
        await other.write(text(`/other-${index}-${command}`, name));
        await other.ok("push");
        if (command === "push") await m.write(text(`/mine-${index}`, name));
        await damage();
        await m.ok(command);
        await m.ok("pull");
        const remote = await pulled(url);
        expect(await m.list(), `${name} ${command}`).toEqual(remote);
        expect(Object.keys(remote.files), name).toContain(`/mine-${index}`);
      }
    }
  });

  it("I6: damaged origins, pending or state files: refused or done anew, never a wrong push", async () => {
    const { url, m } = await pulledSetting();
    await m.write(text("/unpushed", "u"));
    const [before, remote] = [await m.list(), await pulled(url)];
    const origins = join(syncFolder(m), "origins");
    const names = await readdir(origins);
    for (const name of names) {
      const path = join(origins, name);
      const kept = join(await makeTempDir(), name);
      await copyFile(path, kept);
      await withFile(path, (bytes) => bytes.subarray(0, 10));
      const { error } = await m.run("push");
      expect(["origin-mismatch", "local-damaged", "not-a-database"], name).toContain(error?.code);
      expect(await m.list(), name).toEqual(before);
      expect(await pulled(url), name).toEqual(remote);
      await rm(path);
      await copyFile(kept, path);
    }
    await withFile(join(syncFolder(m), "state.json"), () => Buffer.from("{"));
    expect((await m.run("push")).error?.code).toBe("pull-incomplete");
    expect((await m.run("pull")).error?.code).toBe("unpushed-changes");
    await m.ok("push");
    expect(await pulled(url)).toEqual(before);
  });

  it("I6: a record of a push under way that cannot be read: said as damage of our folder, and nothing is sent", async () => {
    const { m, url } = await pulledSetting();
    const folder = join(syncFolder(m), "pending", "00000000-0000-4000-8000-000000000000");
    await cp(join(syncFolder(m), "origins"), folder, { recursive: true });
    await writeFile(join(folder, "pending.json"), "{");
    const remote = await pulled(url);
    await m.write(text("/unpushed", "u"));
    for (const command of ["push", "pull"] as const) {
      const { error } = await m.run(command);
      expect([error?.code, error?.message.includes(folder)], command).toEqual(["local-damaged", true]);
    }
    expect(await pulled(url)).toEqual(remote);
  });
});

describe("an older copy of the working copy, put back", () => {
  it("I6: after new files were pushed: refused", async () => {
    const { url, m } = await pulledSetting();
    const old = await keep(m);
    await m.write(text("/new", "new"));
    await m.ok("push");
    const remote = await pulled(url);
    await putBack(m, old);
    for (const command of ["push", "pull", "sync"] as const) {
      expect((await m.run(command)).error?.code, command).toBe("origin-mismatch");
    }
    expect(await pulled(url)).toEqual(remote);
  });

  it("I6: with only what was pulled then, after a pull: refused", async () => {
    const { url, m } = await pulledSetting();
    const old = await keep(m);
    const other = await machine(url);
    await other.ok("pull");
    await other.write(text("/edit", "by another"));
    await other.ok("push");
    await m.ok("pull");
    await putBack(m, old);
    for (const command of ["push", "pull", "sync"] as const) {
      expect((await m.run(command)).error?.code, command).toBe("origin-mismatch");
    }
    expect(contentOf((await pulled(url)).files, "/edit")).toBe("by another");
  });
});

describe("a WAL", () => {
  it("whose database is gone is not played into the new one, and is kept", async () => {
    const { url, m } = await pulledSetting();
    const kept = join(await makeTempDir(), "kept.db");
    withDatabase(m.db, (db) => {
      db.exec("PRAGMA journal_mode = WAL");
      db.exec("INSERT INTO kv_store (key, value) VALUES ('in-wal', '1')");
    });
    await rename(m.db, kept);
    await writeFile(`${m.db}-wal`, "left behind");
    await m.ok("pull");
    expect(await m.list()).toEqual(await pulled(url));
    expect((await readdir(join(m.dir, ".agentfs"))).filter((name) => name.includes("stale"))).toHaveLength(1);
    writePlainly(m.db, "after");
    await m.ok("push");
    expect(Object.keys((await pulled(url)).files)).toContain("/after");
  });
});

async function keep(m: Machine): Promise<string> {
  const dir = await makeTempDir();
  for (const suffix of ["", "-wal"]) await cp(m.db + suffix, join(dir, `old.db${suffix}`), { force: true }).catch(ignoreAbsent);
  return join(dir, "old.db");
}

async function putBack(m: Machine, old: string): Promise<void> {
  for (const suffix of ["", "-wal", "-shm"]) {
    await rm(m.db + suffix, { force: true });
    await cp(old + suffix, m.db + suffix).catch(ignoreAbsent);
  }
}

function ignoreAbsent(error: NodeJS.ErrnoException): void {
  if (error.code !== "ENOENT") throw error;
}

async function withFile(path: string, change: (bytes: Buffer) => Buffer): Promise<void> {
  const changed = change(await readFile(path));
  // Our files are links of one another: a new file, not new bytes in the old one.
  await rm(path);
  await writeFile(path, changed);
}
