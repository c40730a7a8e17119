import { copyFile, mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { expect, test } from "vitest";
import type { ConfigInput } from "../../packages/core/src/index.ts";
import { runAgent } from "../parts/agent.ts";
import { named } from "../parts/case-conflicts.ts";
import { inconsistencies } from "../parts/consistency.ts";
import { Hand, written } from "../parts/hand.ts";
import { performByHand } from "../parts/hand-ops.ts";
import { basePath } from "../parts/image.ts";
import { type Machine, machine } from "../parts/machine.ts";
import { file, move, remove, unlink } from "../parts/merge-ops.ts";

import { mounted } from "../parts/mounted.ts";
import { startServer } from "../parts/server.ts";

type Write = (hand: Hand) => void;
/** 10,000 files take seconds, and many of them where much else runs. */
const LARGE: Partial<ConfigInput> = { allow: ["mass-change"], timeoutSeconds: 120 };
const TIMEOUT_MS = 400_000;

function write({ db }: Machine, work: Write): void {
  using hand = new Hand(db);
  hand.sql("BEGIN");
  work(hand);
  hand.sql("COMMIT");
}

/** Both start from a seed; theirs is pushed, then ours. What a machine finds that has nothing, and what the report says. */
async function merged(seed: Write, ours: Write, theirs: Write) {
  const { url } = await startServer();
  const seeder = await machine(url, LARGE);
  await mkdir(dirname(seeder.db));
  await copyFile(await written(seed), seeder.db);
  await seeder.ok("push");
  const [first, second, fresh] = [await machine(url, LARGE), await machine(url, LARGE), await machine(url, LARGE)];
  await first.ok("pull");
  await second.ok("pull");
  write(first, theirs);
  write(second, ours);
  await first.ok("push");
  const { push, conflicts } = await second.ok("push");
  await fresh.ok("pull");
  expect(inconsistencies(basePath(fresh))).toEqual([]);
  expect((await fresh.ok("verify", { verifyRemote: true })).findings).toEqual([]);
  const suffix = push?.pushId?.slice(0, 8) ?? "";
  const found = named(conflicts, suffix).map(({ path, resolution, oursAt, theirsAt }) => [path, resolution, oursAt, theirsAt]);
  return { found, db: fresh.db, paths: Object.keys(mounted(basePath(fresh))), suffix };
}

const FILES = 10_000;
const many: Write = (hand) => {
  hand.sql("BEGIN");
  hand.directory("/many");
  for (let index = 0; index < FILES; index++) hand.file(`/many/f${index}`, `${index}`);
  hand.sql("COMMIT");
};

test(
  "I3: a directory of 10,000 entries, moved here and changed there",
  async () => {
    const { found, db, paths, suffix } = await merged(
      many,
      (hand) => {
        for (const op of [move("/many", "/moved"), file("/moved/f5000", "ours"), file("/moved/new", "ours")])
          performByHand(hand, op);
      },
      (hand) => {
        for (const op of [file("/many/f5000", "theirs"), unlink("/many/f1"), file("/many/theirs", "t")]) performByHand(hand, op);
      },
    );
    expect(found).toEqual([["/moved/f5000", "keep-both", "/moved/f5000.conflict-<push>", "/moved/f5000"]]);
    expect(paths).toHaveLength(1 + FILES - 1 + 3);
    const texts = ["f5000", `f5000.conflict-${suffix}`, "f9999", "new"].map(
      (name) => ({ op: "readFile", path: `/moved/${name}` }) as const,
    );
    expect(await runAgent(db, texts)).toEqual(["theirs", "ours", "9999", "ours"]);
  },
  TIMEOUT_MS,
);

test(
  "I3: a directory of 10,000 entries, deleted on one side and written to on the other, either way round",
  async () => {
    // All at once: one by one takes the test half a minute.
    const deleted: Write = (hand) => {
      const ino = hand.ino("/many");
      for (const table of ["fs_data", "fs_inode"]) {
        hand.sql(`DELETE FROM ${table} WHERE ino IN (SELECT ino FROM fs_dentry WHERE parent_ino = ?)`, ino);
      }
      hand.sql("DELETE FROM fs_dentry WHERE parent_ino = ?", ino);
      hand.remove("/many");
    };
    const added: Write = (hand) => performByHand(hand, file("/many/new", "n"));
    const here = await merged(many, added, deleted);
    expect(here.found).toEqual([["/many/new", "ours", "/many/new", null]]);
    expect(here.paths).toEqual(["/many", "/many/new"]);
    const there = await merged(many, deleted, added);
    expect(there.found).toEqual([["/many", "theirs", null, "/many"]]);
    expect(there.paths).toEqual(["/many", "/many/new"]);
  },
  TIMEOUT_MS,
);

const DEEP = Array.from({ length: 200 }, (_, depth) => "/d".repeat(depth + 1));
const BOTTOM = "/d".repeat(200);

test(
  "I3: a path of 200 directories, deleted on one side and written to at its end on the other, either way round",
  async () => {
    const deep: Write = (hand) => {
      for (const path of DEEP) hand.directory(path);
      hand.file(`${BOTTOM}/f`, "f");
      // Something has to be left.
      hand.file("/rest", "r");
    };
    const deleted: Write = (hand) => performByHand(hand, remove("/d"));
    const edited: Write = (hand) => performByHand(hand, file(`${BOTTOM}/f`, "edited"));
    const here = await merged(deep, edited, deleted);
    expect(here.found).toEqual([[`${BOTTOM}/f`, "ours", `${BOTTOM}/f`, null]]);
    expect(here.paths).toEqual([...DEEP, `${BOTTOM}/f`, "/rest"]);
    expect(await runAgent(here.db, [{ op: "readFile", path: `${BOTTOM}/f` }])).toEqual(["edited"]);
    const there = await merged(deep, deleted, edited);
    expect(there.found).toEqual([
      [`${BOTTOM}/f`, "theirs", null, `${BOTTOM}/f`],
      [BOTTOM, "theirs", null, BOTTOM],
    ]);
    expect(there.paths).toEqual([...DEEP, `${BOTTOM}/f`, "/rest"]);
  },
  TIMEOUT_MS,
);
