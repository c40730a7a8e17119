import { cp } from "node:fs/promises";
import { dirname } from "node:path";
import { describe, expect, it } from "vitest";
import { inconsistencies } from "../parts/consistency.ts";
import { machine, pulled } from "../parts/machine.ts";
import { runNative } from "../parts/native.ts";
import { text } from "../parts/ops.ts";
import { withDatabase } from "../parts/plain-writer.ts";
import { remoteSql } from "../parts/remote-sql.ts";
import { ageLeases, expectAllArrived, MEGABYTE, randomFile, readyToStage, staged } from "../parts/staged.ts";
import { makeTempDir } from "../parts/temp.ts";
import type { RequestKind, Traffic } from "../parts/traffic.ts";

/** Does something before the `at`th request of a kind goes on to the server. */
function doBefore(net: Traffic, kind: RequestKind, work: () => Promise<unknown>, at = 1): void {
  let seen = 0;
  net.rule = async (found) => {
    if (found === kind && ++seen === at) await work();
    return undefined;
  };
}

const count = (net: Traffic, kind: RequestKind) => net.kinds.filter((found) => found === kind).length;

/** Another machine that pulls, writes a file and pushes. */
async function pushByAnother(url: string, path = "/theirs"): Promise<void> {
  const other = await machine(url);
  await other.ok("pull");
  await other.write(text(path, "t"));
  await other.ok("push");
}

describe("what is staged", () => {
  it("I4: is seen by nobody: pull, diff, verify, the SDK and the native client", async () => {
    const { url, net, m } = await readyToStage();
    const other = await machine(url);
    doBefore(net, "commit", async () => {
      expect(await staged(url)).toEqual([1, 1, 512]);
      await other.ok("pull");
      expect(inconsistencies(other.db)).toEqual([]);
      expect(Object.keys((await other.list()).files)).toEqual(["/small"]);
      expect((await other.ok("verify", { verifyRemote: true })).findings).toEqual([]);
      expect((await other.ok("push")).push?.outcome).toBe("unchanged");
      const [listing] = await runNative(await makeTempDir(), url, [{ op: "agent", do: { op: "readdir", path: "/" } }]);
      expect(JSON.stringify(listing)).not.toContain("big");
    });
    await m.write(randomFile("/big", 2 * MEGABYTE), { op: "kvSet", key: "large", value: "v".repeat(10_000) });
    await m.ok("push");
    await other.write(text("/mine", "m"));
    await other.ok("sync");
    expect(inconsistencies(other.db)).toEqual([]);
    expect(Object.keys((await other.list()).files)).toEqual(["/big", "/mine", "/small"]);
    await m.ok("sync");
    await expectAllArrived(url, m);
  });

  it("I3: is used by the next plan, if another job commits first: nothing of it is sent again", async () => {
    const { url, net, proxy, m } = await readyToStage();
    await m.write(randomFile("/big", 3 * MEGABYTE));
    doBefore(net, "commit", () => pushByAnother(url));
    await m.ok("push");
    expect([count(net, "reserve"), count(net, "stage"), count(net, "commit")]).toEqual([1, 2, 2]);
    const sentBytes = proxy.requests.reduce((sum, { body }) => sum + body.length, 0);
    expect(sentBytes).toBeLessThan(3 * MEGABYTE * 1.5);
    await m.ok("pull");
    expect(Object.keys((await m.list()).files)).toEqual(["/big", "/small", "/theirs"]);
    await expectAllArrived(url, m);
  });

  it("I3: two that stage at once have numbers of their own, and no mark is lowered", async () => {
    const { url, net, m } = await readyToStage();
    await m.write(randomFile("/big"), { op: "toolRecord", name: "mine", startedAt: 1, completedAt: 2 });
    doBefore(net, "commit", async () => {
      const other = await machine(url);
      await other.ok("pull");
      await other.write(randomFile("/other"), { op: "toolRecord", name: "theirs", startedAt: 1, completedAt: 2 });
      await other.ok("push");
    });
    const marks = async () => {
      const [rows = []] = await remoteSql(url, [
        { sql: "SELECT CAST(value AS INTEGER) FROM agentfs_sync_meta WHERE key LIKE 'mark.%' ORDER BY key" },
      ]);
      return rows.flat().map(Number);
    };
    await m.ok("push");
    const high = await marks();
    const [used = []] = await remoteSql(url, [
      { sql: "SELECT (SELECT max(id) FROM fs_dentry), (SELECT max(ino) FROM fs_inode), (SELECT max(id) FROM tool_calls)" },
    ]);
    expect(used[0]?.map((number, index) => Number(number) <= (high[index] ?? 0))).toEqual([true, true, true]);
    await m.ok("pull");
    const listing = await m.list();
    expect(Object.keys(listing.files)).toEqual(["/big", "/other", "/small"]);
    expect(listing.toolCalls.map(({ name }) => name).toSorted()).toEqual(["mine", "theirs"]);
    await expectAllArrived(url, m);
  });

  it("I3: found to be there already, by another job that made the same, is cleared away", async () => {
    const { url, net, m } = await readyToStage();
    const same = randomFile("/same");
    await m.write(same);
    doBefore(net, "commit", async () => {
      const other = await machine(url);
      await other.ok("pull");
      await other.write(same);
      await other.ok("push");
    });
    expect((await m.run("push")).error).toBeNull();
    expect(Object.keys((await pulled(url)).files)).toEqual(["/same", "/small"]);
    expect(await staged(url)).toEqual([0, 0, 0]);
  });
});

it("I6: two copies of a folder that stage the same change: the second finds it done, and leaves nothing staged", async () => {
  const { url, net, m } = await readyToStage();
  const copy = await machine(url, { allow: ["remote-replaced"] });
  await cp(dirname(m.db), dirname(copy.db), { recursive: true });
  const set = (db: string) => withDatabase(db, (to) => to.exec(SAME));
  set(m.db);
  set(copy.db);
  doBefore(net, "commit", () => copy.ok("push"));
  expect((await m.ok("push")).push?.outcome).toBe("pushed");
  expect(count(net, "commit")).toBe(1);
  await m.ok("pull");
  await expectAllArrived(url, m);
});

const SAME =
  "INSERT INTO kv_store (key, value, created_at, updated_at) VALUES ('k', '\"' || hex(zeroblob(400000)) || '\"', 1, 1)";

describe("a reservation that is too small for the plan after a race", () => {
  it.each([
    ["entries", 3],
    ["inodes", 1],
  ] as const)("of %s: is given back, and a larger one is made", async (_, lastColumn) => {
    const { url, net, m } = await readyToStage();
    await m.write({ op: "mkdir", path: "/d" }, text("/d/a", "a"), text("/d/b", "b"), text("/d/c", "c"));
    await m.ok("sync");
    await m.write({ op: "rename", from: "/d", to: "/e" }, randomFile("/big"));
    let isFirst = true;
    net.kinds.length = 0;
    net.rule = async (kind) => {
      if (kind === "commit" && isFirst) {
        isFirst = false;
        const other = await machine(url);
        await other.ok("pull");
        const gone = ["/d/a", "/d/b", "/d/c"].map((path) => ({ op: "unlink", path }) as const);
        await other.write(...gone, { op: "rmdir", path: "/d" });
        await other.ok("push");
      }
      return kind === "reserve" && isFirst
        ? { alter: (answer) => ({ ...answer, body: cutRange(answer.body, lastColumn) }) }
        : undefined;
    };
    expect((await m.ok("push")).push?.outcome).toBe("pushed");
    expect(count(net, "reserve")).toBe(2);
    await m.ok("pull");
    expect(Object.keys((await m.list()).files)).toEqual(["/big", "/e/a", "/e/b", "/e/c", "/small"]);
    await expectAllArrived(url, m);
  });
});

/** The answer to a reservation as if it had given only two numbers of a kind. */
function cutRange(body: Buffer, lastColumn: number): string {
  const answer = JSON.parse(body.toString("utf8"));
  const { step_results: results } = answer.results[0].response.result;
  const [row] = results.findLast((result: { rows: unknown[] } | null) => result !== null && result.rows.length > 0).rows;
  row[lastColumn].value = String(BigInt(row[lastColumn - 1].value) + 2n);
  return JSON.stringify(answer);
}

describe("a commit of what was staged that is refused", () => {
  it("while nothing changed: is an error and not tried for ever; what was staged is cleared away by the next push", async () => {
    const { url, net, m } = await readyToStage();
    await m.write(randomFile("/big"), { op: "kvSet", key: "one", value: 1 }, { op: "kvSet", key: "two", value: 1 });
    await remoteSql(url, [{ sql: "CREATE UNIQUE INDEX one_value ON kv_store (value)" }]);
    expect((await m.run("push")).error).toMatchObject({ code: "commit-refused", message: expect.stringContaining("kv_store") });
    expect([count(net, "reserve"), count(net, "stage"), count(net, "commit")]).toEqual([1, 1, 2]);
    await remoteSql(url, [{ sql: "DROP INDEX one_value" }]);
    expect((await m.ok("push")).push?.outcome).toBe("pushed");
    await expectAllArrived(url, m);
  });
});

describe("the lease", () => {
  it("is renewed with each request", async () => {
    const { url, net, m } = await readyToStage();
    await m.write(randomFile("/big", 5 * MEGABYTE));
    const isOld = async () => {
      const [rows = []] = await remoteSql(url, [{ sql: "SELECT lease_until < unixepoch() + 300 FROM agentfs_sync_reservation" }]);
      return rows[0]?.[0];
    };
    const seen: unknown[] = [];
    net.rule = async (kind) => {
      if (kind !== "stage") return undefined;
      seen.push(await isOld());
      await ageLeases(url);
      return undefined;
    };
    await m.ok("push");
    // Aged before each of them, and young again at the next.
    expect(seen).toEqual([0, 0, 0]);
    await expectAllArrived(url, m);
  });
});

describe("requests of a push that arrive once more, long after it", () => {
  it("I10: change no content and leave nothing that a sweep does not find", async () => {
    const { url, proxy, m } = await readyToStage();
    await m.write(randomFile("/big"));
    await m.ok("push");
    const sent = proxy.requests.filter(({ path }) => path === "/v2/pipeline").map(({ body }) => body);
    const other = await machine(url);
    await other.ok("pull");
    await other.write(randomFile("/big"));
    await other.ok("push");
    for (const body of sent)
      await fetch(`${url}/v2/pipeline`, { method: "POST", headers: JSON_TYPE, body: new Uint8Array(body) });
    expect((await pulled(url)).files).toEqual((await other.list()).files);
    await ageLeases(url);
    await pushByAnother(url);
    await other.ok("pull");
    await expectAllArrived(url, other);
  });
});

const JSON_TYPE = { "content-type": "application/json" };
