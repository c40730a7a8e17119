import { readFile } from "node:fs/promises";
import { beforeAll, describe, expect, test } from "vitest";
import { parseConfig, runSync } from "../../packages/core/src/index.ts";
import type { AgentListing } from "../parts/agent.ts";
import { conflictsOf, named } from "../parts/case-conflicts.ts";
import type { ConflictCase } from "../parts/cases/case.ts";
import { CONFLICTS } from "../parts/conflict-cases.ts";
import { inconsistencies } from "../parts/consistency.ts";
import { plainFile } from "../parts/image.ts";
import { type Machine, pulled } from "../parts/machine.ts";
import { digestOf, expected, file, makeSeed, makeWorld, remotePages, shown } from "../parts/merge-world.ts";

/** One case for each row, for each thing that both sides can do of it. */
const REFUSED = [
  ...Map.groupBy(CONFLICTS, ({ row, found }) => JSON.stringify([row, found.map(([, ...did]) => did)])).values(),
].flatMap(([of]) => (of === undefined ? [] : [of]));

/** So many conflicts are named in the message. */
const NAMED_MOST = 5;

let seed: { readonly db: string; readonly listing: AgentListing };
beforeAll(async () => {
  seed = await makeSeed();
});

/** Pushes expecting a refusal for these conflicts, by which neither the remote nor the working copy changes in any byte. */
async function refused(url: string, on: Machine, of: Pick<ConflictCase, "found">): Promise<void> {
  const [remoteBefore, localBefore] = [await readFile(await remotePages(url)), await digestOf(on.db)];
  const config = parseConfig({ agents: ["bot"], remoteUrl: url, directory: on.dir, timeoutSeconds: 30, conflict: "fail" });
  const { agents, exitCode } = await runSync("push", config, { info: () => undefined, verbose: () => undefined });
  expect(agents).toMatchObject([{ ok: false, push: { outcome: "failed", sequence: null }, error: { code: "conflict" } }]);
  const conflicts = agents[0]?.conflicts ?? [];
  expect(named(conflicts, "")).toEqual(conflictsOf(of));
  for (const { path, ours } of conflicts.slice(0, NAMED_MOST))
    expect(agents[0]?.error?.message).toContain(`${path} (${ours} here`);
  expect(exitCode).toBe(4);
  expect(await digestOf(on.db)).toBe(localBefore);
  const pages = await remotePages(url);
  expect(remoteBefore.equals(await readFile(pages))).toBe(true);
  expect(inconsistencies(pages)).toEqual([]);
}

describe("I2: a change of one thing on both sides is refused, and changes nothing", () => {
  test.for(REFUSED)("$row: $name", async (of) => {
    const { url, first, second } = await makeWorld(seed.db);
    await Promise.all([first.write(...of.theirs), second.write(...of.ours)]);
    await first.ok("push");
    await refused(url, second, of);
  });

  test("and said again by every later push, until the change is made again on top of theirs", async () => {
    const { url, first, second } = await makeWorld(seed.db);
    await Promise.all([first.write(file("/a.txt", "theirs")), second.write(file("/a.txt", "ours"), file("/n1", "1"))]);
    await first.ok("push");
    await refused(url, second, { found: [["/a.txt", "changed", "changed"]] });
    await refused(url, second, { found: [["/a.txt", "changed", "changed"]] });
    await second.write(file("/a.txt", "theirs"));
    await second.ok("sync");
    await second.write(file("/a.txt", "both"));
    await second.ok("push");
    const result = expected(seed.listing, { files: { "/a.txt": "both", "/n1": "1" } });
    expect(shown(await pulled(url))).toEqual(result);
  });

  test("with `--on-unpushed set-aside`, a pull goes on with theirs and keeps ours beside it", async () => {
    const { first, second } = await makeWorld(seed.db);
    await Promise.all([first.write(file("/a.txt", "theirs")), second.write(file("/a.txt", "ours"))]);
    await first.ok("push");
    const { rescue } = await second.run("push", { conflict: "fail" });
    await second.ok("pull", { onUnpushed: "set-aside", conflict: "fail" });
    expect(shown(await second.list())).toEqual(expected(seed.listing, { files: { "/a.txt": "theirs" } }));
    expect(rescue).not.toBeNull();
    expect((await readFile(plainFile(`${rescue}/snapshot.db`))).includes("ours")).toBe(true);
  });
});
