import { DatabaseSync } from "node:sqlite";
import { describe, expect, test } from "vitest";
import { changed, type Hand, written } from "../../../../../test/parts/hand.ts";
import { merged } from "../../../../../test/parts/merged.ts";
import type { ContentWrite, Plan } from "../../agentfs/merge/types.ts";
import { Database } from "../../replica/sqlite.ts";
import { ContentHashes, contentKey, contentRows } from "../content-rows.ts";
import { digestOfPlan } from "../digest.ts";
import { Stage } from "./stage.ts";
import { takeContents } from "./take.ts";

/** The origin has `/old` as inode 2 with 3 chunks; the job changed the first, dropped the last, and made `/new` as inode 3. */
async function scene() {
  const origin = await written((hand) => void hand.file("/old", `${"a".repeat(4096)}${"b".repeat(4096)}c`));
  const write = (hand: Hand) => {
    hand.edit("/old", `${"x".repeat(4096)}${"b".repeat(4096)}`);
    hand.file("/new", "new");
  };
  const { plan } = await merged(origin, write);
  return { origin, snapshot: await changed(origin, write), plan };
}

const whole = (localIno: bigint, ino: bigint, replaces: ContentWrite["replaces"] = null): ContentWrite => ({
  ino,
  source: { localIno },
  replaces,
  isDelta: false,
});
const delta: ContentWrite = { ino: 2n, source: { localIno: 2n }, replaces: { ino: 2n }, isDelta: true };

/** Stages `staged`, commits `contents`, and answers the chunk rows of each inode, shortened. */
async function committed(staged: readonly ContentWrite[], contents: readonly ContentWrite[]): Promise<Record<string, string>> {
  const { origin, snapshot, plan } = await scene();
  using source = Database.openImmutable(origin);
  source.attachImmutable(snapshot, "ours");
  const stage = new Stage("r", {
    inode: { first: 1000n, last: 1999n },
    entry: { first: 1n, last: 9n },
    toolCall: { first: 1n, last: 9n },
  });
  const path = await changed(origin, (hand) => {
    for (const write of staged) {
      const ino = stage.nextIno();
      const rows = [...contentRows(write, source)];
      for (const { index, data } of rows) hand.sql("INSERT INTO fs_data VALUES (?, ?, ?)", ino, index, data);
      stage.contents.set(contentKey(write), { ino, rowCount: rows.length, sizeBytes: 0 });
    }
  });
  const db = new DatabaseSync(path);
  for (const { sql, args = [] } of takeContents(stage, { ...plan, contents }, source)) db.prepare(sql).run(...args);
  const rows = db.prepare("SELECT ino, chunk_index, substr(data, 1, 1) AS c FROM fs_data ORDER BY ino, chunk_index").all();
  db.close();
  const found: Record<string, string> = {};
  for (const { ino, chunk_index, c } of rows) {
    found[String(ino)] = `${found[String(ino)] ?? ""}${String(chunk_index)}${Buffer.from(c as Uint8Array).toString()}`;
  }
  return found;
}

describe("the commit takes staged content to", () => {
  test("a new object with the number that it is staged under: nothing to do", async () => {
    expect(await committed([whole(3n, 0n)], [whole(3n, 1499n)])).toEqual({ "2": "0a1b2c", "1499": "0n" });
  });

  test("a new object with another number", async () => {
    expect(await committed([whole(3n, 0n)], [whole(3n, 1000n)])).toEqual({ "2": "0a1b2c", "1000": "0n" });
  });

  test("an object of which chunks changed: they are replaced, those that went go, the others stay", async () => {
    expect(await committed([delta], [delta])).toEqual({ "2": "0x1b" });
  });

  test("an object of which all content is replaced", async () => {
    const write = whole(3n, 2n, { ino: 2n });
    expect(await committed([write], [write])).toEqual({ "2": "0n" });
  });

  test("several objects with one content: all but one take a copy", async () => {
    const writes = [whole(3n, 1000n), whole(3n, 1001n), whole(3n, 2n, { ino: 2n })];
    expect(await committed([whole(3n, 0n)], writes)).toEqual({ "2": "0n", "1000": "0n", "1001": "0n" });
    const inPlace = [whole(3n, 1000n), whole(3n, 1499n)];
    expect(await committed([whole(3n, 0n)], inPlace)).toEqual({ "2": "0a1b2c", "1000": "0n", "1499": "0n" });
  });

  test("nobody, if the plan has become another one: what is staged for nothing goes", async () => {
    expect(await committed([delta, whole(2n, 0n), whole(3n, 0n)], [whole(2n, 2n, { ino: 2n })])).toEqual({ "2": "0x1b" });
  });

  test("and is an error of ours if it was not staged", async () => {
    await expect(committed([delta], [whole(2n, 2n, { ino: 2n })])).rejects.toMatchObject({ code: "internal" });
  });
});

describe("the digest of a plan", () => {
  const digest = async (change: (plan: Plan) => Plan = (plan) => plan) => {
    const { origin, snapshot, plan } = await scene();
    using source = Database.openImmutable(origin);
    source.attachImmutable(snapshot, "ours");
    return digestOfPlan(change(plan), source, new ContentHashes());
  };

  test("is the same for the same plan, and another for other numbers, content or ways to write it", async () => {
    expect(await digest()).toBe(await digest());
    const changes: ((plan: Plan) => Plan)[] = [
      (plan) => ({ ...plan, contents: plan.contents.map((write) => ({ ...write, ino: write.ino + 1n })) }),
      (plan) => ({ ...plan, contents: plan.contents.map((write) => ({ ...write, isDelta: false })) }),
      (plan) => ({
        ...plan,
        contents: plan.contents.map((write) => ({ ...write, source: { bytes: Buffer.from("other"), chunkSizeBytes: 4096 } })),
      }),
      (plan) => ({ ...plan, contents: [] }),
      (plan) => ({ ...plan, entries: { ...plan.entries, insert: [] } }),
    ];
    const digests = [await digest(), ...(await Promise.all(changes.map(digest)))];
    expect(new Set(digests).size).toBe(digests.length);
  });
});
