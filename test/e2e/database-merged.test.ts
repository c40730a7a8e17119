import { cp } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { named, withoutPush } from "../parts/case-conflicts.ts";
import { inconsistencies } from "../parts/consistency.ts";
import { OURS_ONTO_THEIRS, THEIRS_ONTO_OURS } from "../parts/fuse-merged.ts";
import { basePath } from "../parts/image.ts";
import { machine } from "../parts/machine.ts";

import { asTheJobLeftIt, bring, mounted } from "../parts/mounted.ts";
import { startServer } from "../parts/server.ts";

/** The lines of `fuse-merged.ts`, of any database. */
function lines(db: string, suffix: string): string[] {
  const shown = Object.entries(withoutPush(mounted(db), suffix)).map(([path, { mode, nlink, size, target, sha256 }]) => {
    const what = size === null ? "directory" : target === null ? (sha256?.slice(0, 8) ?? "fifo") : `-> ${target}`;
    return `${path} | ${mode} ${nlink} ${size ?? "-"} ${what}`;
  });
  return shown.sort();
}

/** Two jobs start from `fuse.db`; the first pushes, the second pushes onto that. */
async function diverged(earlier: string, later: string) {
  const { url } = await startServer();
  const first = await machine(url);
  await bring("fuse", first.db);
  await first.ok("push");
  const second = await machine(url);
  await cp(join(first.dir, ".agentfs"), join(second.dir, ".agentfs"), { recursive: true });
  await asTheJobLeftIt(first.db, earlier);
  await first.ok("push");
  await asTheJobLeftIt(second.db, later);
  const { push, conflicts } = await second.ok("push");
  const suffix = push?.pushId?.slice(0, 8) ?? "";
  const fresh = await machine(url);
  await fresh.ok("pull");
  expect(inconsistencies(basePath(fresh))).toEqual([]);
  expect((await fresh.ok("verify", { verifyRemote: true })).findings).toEqual([]);
  const found = named(conflicts, suffix).map(
    ({ path, ours, theirs, resolution, oursAt, theirsAt }) =>
      `${path}: ${ours}, ${theirs}: ${resolution}: ${oursAt ?? "-"}, ${theirsAt ?? "-"}`,
  );
  return { second, fresh, suffix, found };
}

test("I3: two jobs through the program's mount, every collision in one: both keep everything, the second where the report says", async () => {
  const { second, fresh, suffix, found } = await diverged("fuse-theirs", "fuse-ours");
  expect(found).toEqual([
    "/src/lib/new: removed, changed: theirs: -, /src/library/new",
    "/README.md: changed, changed: keep-both: /README.conflict-<push>.md, /README.md",
    "/f1-hard: created, removed: ours: /f1-hard, -",
    "/odd names: removed, changed: theirs: -, /odd names",
    "/same-path: created, created: keep-both: /same-path.conflict-<push>, /same-path",
  ]);
  expect(lines(fresh.db, suffix)).toEqual([...OURS_ONTO_THEIRS].sort());
  expect(Object.keys((await fresh.list()).files)).toHaveLength(OURS_ONTO_THEIRS.filter((line) => / 0o100/.test(line)).length);
  expect((await second.ok("sync")).push?.outcome).toBe("unchanged");
  expect(lines(second.db, suffix)).toEqual([...OURS_ONTO_THEIRS].sort());
});

test("I3: the same two in the other order", async () => {
  const { second, fresh, suffix, found } = await diverged("fuse-ours", "fuse-theirs");
  expect(found).toEqual([
    "/README.md: changed, changed: keep-both: /README.conflict-<push>.md, /README.md",
    "/src/lib/new: changed, removed: ours: /src/library/new, -",
    "/odd names/new here: created, removed: ours: /odd names/new here, -",
    "/src/f1: removed, created: theirs: -, /f1-hard",
    "/same-path: created, created: keep-both: /same-path.conflict-<push>, /same-path",
  ]);
  expect(lines(fresh.db, suffix)).toEqual([...THEIRS_ONTO_OURS].sort());
  expect((await second.ok("sync")).push?.outcome).toBe("unchanged");
  expect(lines(second.db, suffix)).toEqual([...THEIRS_ONTO_OURS].sort());
});
