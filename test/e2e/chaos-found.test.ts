import { cp, readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { copyDatabaseFiles, removeDatabase } from "../chaos/world/server-files.ts";
import { machine, pulled } from "../parts/machine.ts";
import { call, text } from "../parts/ops.ts";
import { withDatabase, writePlainly } from "../parts/plain-writer.ts";
import { startProxy } from "../parts/proxy.ts";
import { remoteSql } from "../parts/remote-sql.ts";
import { exported, pushElsewhere, rescue } from "../parts/rescue.ts";
import { startServer } from "../parts/server.ts";
import { makeTempDir } from "../parts/temp.ts";
import { traffic } from "../parts/traffic.ts";

/** What `pnpm chaos` found, each by the least that shows it. */

/** A machine whose first push, of a call "mine", was refused by the server at its commit. */
async function failedFirstPush() {
  const old = await startServer();
  const net = traffic();
  const proxy = await startProxy({ upstream: old.url, fault: net.fault });
  const m = await machine(proxy.url);
  await m.ok("pull");
  writePlainly(m.db, "mine");
  net.rule = (kind) => (kind === "commit" ? { status: 413 } : undefined);
  expect((await m.run("push")).push?.outcome).toBe("failed");
  net.rule = undefined;
  return { old, m };
}

it("I2: an unsettled push whose remote was recreated meanwhile: settling it leaves the empty remote empty, so that it can be used", async () => {
  const old = await startServer();
  const net = traffic();
  const proxy = await startProxy({ upstream: old.url, fault: net.fault });
  const m = await machine(proxy.url);
  await m.ok("pull");
  await m.write(text("/a", "a"), call("before"));
  await m.ok("push");
  await m.write(text("/b", "b"), call("after"));
  net.rule = (kind) => (kind === "commit" || kind === "settle" ? { drop: "before" } : undefined);
  expect((await m.run("push", { timeoutSeconds: 1 })).error?.code).toBe("outcome-unknown");
  net.rule = undefined;
  await old.stop();
  const { url } = await startServer({ port: old.port });

  expect((await m.run("push")).error?.code).toBe("remote-replaced");
  expect(await remoteSql(url, [{ sql: "SELECT name FROM sqlite_schema" }])).toEqual([[]]);
  expect((await m.ok("push", { allow: ["remote-replaced"] })).push?.outcome).toBe("pushed");
  expect(await pulled(url)).toEqual(await m.list());
});

it("I2: a push that fails before it has kept anything does not name the bundle of an earlier one, which lacks what was written since", async () => {
  const { url } = await startServer();
  const net = traffic();
  const proxy = await startProxy({ upstream: url, fault: net.fault });
  const m = await machine(proxy.url);
  await m.ok("pull");
  writePlainly(m.db, "a");
  net.rule = (kind) => (kind === "commit" ? { status: 413 } : undefined);
  const first = await m.run("push");
  expect(first.rescue).not.toBeNull();
  // The working copy is what the bundle was made of.
  expect((await m.run("pull")).rescue).toBe(first.rescue);

  writePlainly(m.db, "b");
  withDatabase(m.db, (db) => db.exec("CREATE TABLE refused (x CHECK (x > 0))"));
  const second = await m.run("push");
  expect([second.error?.code, second.rescue]).toEqual(["unsupported-schema", null]);
  withDatabase(m.db, (db) => db.exec("DROP TABLE refused"));
  const third = await m.run("push");
  expect(third.rescue).not.toBeNull();
  net.rule = undefined;
  await m.ok("push");
  expect(await pulled(url)).toEqual(await m.list());
});

it("I3: a push that looks at an empty remote while another one makes the tables there: it reads once more, it is no damage", async () => {
  const server = await startServer();
  const net = traffic();
  const proxy = await startProxy({ upstream: server.url, fault: net.fault });
  const [m, other] = await Promise.all([machine(proxy.url), machine(server.url)]);
  for (const one of [m, other]) {
    await one.ok("pull");
    writePlainly(one.db, one === m ? "mine" : "theirs");
  }
  let isFirst = true;
  net.rule = async (kind) => {
    if (kind !== "probe" || !isFirst) return undefined;
    isFirst = false;
    // The pages are asked for side by side, and before.
    expect(net.kinds.at(-2)).toBe("pages");
    await other.ok("push");
    return undefined;
  };
  expect((await m.ok("push")).push?.sequence).toBe(2);
  expect(Object.keys((await pulled(server.url)).files).sort()).toEqual(["/mine", "/theirs"]);
});

it("I2: a remote that is put back between a refused commit and the look at why: the push goes on, it is no bug", async () => {
  const server = await startServer();
  const net = traffic();
  const proxy = await startProxy({ upstream: server.url, fault: net.fault });
  const [m, other] = [await machine(proxy.url), await machine(server.url)];
  for (const one of [m, other]) await one.ok("pull");
  writePlainly(m.db, "a");
  await m.ok("push");
  await other.ok("pull");
  await server.stop();
  const copy = join(await makeTempDir(), "copy.db");
  await copyDatabaseFiles(server.file, copy);
  const second = await startServer({ file: server.file, port: server.port });
  writePlainly(m.db, "b");
  writePlainly(other.db, "theirs");
  let isFirst = true;
  net.rule = async (kind) => {
    if (kind === "commit" && isFirst) await other.ok("push");
    if (kind !== "look" || !isFirst) return undefined;
    isFirst = false;
    await second.stop();
    await removeDatabase(server.file);
    await copyDatabaseFiles(copy, server.file);
    await startServer({ file: server.file, port: server.port });
    return undefined;
  };
  expect((await m.ok("push")).push).toMatchObject({ outcome: "pushed", sequence: 2 });
  expect(isFirst).toBe(false);
  expect(await pulled(server.url)).toEqual(await m.list());
});

it("I2: a first push that arrived unknown to its sender, and that others bring to the recreated remote: its tool call is there once", async () => {
  const old = await startServer();
  const net = traffic();
  const proxy = await startProxy({ upstream: old.url, fault: net.fault });
  const [m, other] = [await machine(proxy.url), await machine(old.url)];
  await m.ok("pull");
  writePlainly(m.db, "mine");
  net.rule = (kind) => (kind === "commit" ? { drop: "after" } : kind === "settle" ? { drop: "before" } : undefined);
  expect((await m.run("push", { timeoutSeconds: 4 })).error?.code).toBe("outcome-unknown");
  net.rule = undefined;
  await other.ok("pull");
  writePlainly(other.db, "theirs");
  await old.stop();
  const { url } = await startServer({ port: old.port });
  const allow = { allow: ["remote-replaced"] } as const;
  await other.ok("push", allow);

  expect((await m.run("push")).error?.code).toBe("remote-replaced");
  await m.ok("push", allow);
  const { toolCalls } = await pulled(url);
  expect(toolCalls.map(({ name }) => name).sort()).toEqual(["mine", "theirs"]);
});

it("I10: what a failed push kept is not left over when all of the working copy went to a recreated remote: it would be pushed again", async () => {
  const { old, m } = await failedFirstPush();
  await old.stop();
  await startServer({ port: old.port });
  expect((await m.run("push")).error?.code).toBe("remote-replaced");
  expect((await rescue(m.dir, { action: "list" })).bundles).toHaveLength(1);
  await m.ok("push", { allow: ["remote-replaced"] });
  expect(await readdir(join(m.dir, ".agentfs", ".sync", "bot", "pending"))).toEqual([]);
  await m.ok("pull");
  expect((await m.list()).toolCalls.map(({ name }) => name)).toEqual(["mine"]);
});

it("I10: a first push that never arrived, kept in a copy of the folder, whose folder went to a recreated remote: its call is there once", async () => {
  const { old, m } = await failedFirstPush();
  const copy = await makeTempDir();
  await cp(m.dir, copy, { recursive: true });
  await old.stop();
  const { url } = await startServer({ port: old.port });
  await m.ok("push", { allow: ["remote-replaced"] });
  await m.write(call("later"));
  await m.ok("push");

  expect((await pushElsewhere(await exported(copy), url)).error).toBeNull();
  expect((await pulled(url)).toolCalls.map(({ name }) => name).sort()).toEqual(["later", "mine"]);
});

it("an older copy with the receipt that the base has, but not all of its pages, was put back: it is read whole, and not called damaged", async () => {
  const server = await startServer();
  const net = traffic();
  const proxy = await startProxy({ upstream: server.url, fault: net.fault });
  const [m, other] = [await machine(server.url), await machine(proxy.url)];
  for (const one of [m, other]) {
    await one.ok("pull");
    writePlainly(one.db, one === m ? "a" : "b");
    await one.ok("sync");
  }
  await server.stop();
  const copy = join(await makeTempDir(), "copy.db");
  await copyDatabaseFiles(server.file, copy);
  const second = await startServer({ file: server.file, port: server.port });
  writePlainly(other.db, "staged", "s".repeat(2 ** 20));
  net.rule = (kind) => (kind === "commit" ? { status: 413 } : undefined);
  expect((await other.run("push")).push?.outcome).toBe("failed");
  net.rule = undefined;
  await m.ok("pull");
  await second.stop();
  await removeDatabase(server.file);
  await copyDatabaseFiles(copy, server.file);
  await startServer({ file: server.file, port: server.port });
  const writer = await machine(server.url);
  await writer.ok("pull");
  for (let round = 0; round < 12; round++) {
    writePlainly(writer.db, `w${round}`, "w".repeat(200_000));
    await writer.ok("push");
  }
  await m.ok("pull");
  expect(await m.list()).toEqual(await writer.list());
});
