import { readFile } from "node:fs/promises";
import { beforeAll, describe, expect, test } from "vitest";
import { parseConfig, runSync } from "../../packages/core/src/index.ts";
import type { AgentListing } from "../parts/agent.ts";
import { CONFLICTS, type ConflictCase } from "../parts/conflict-cases.ts";
import { inconsistencies } from "../parts/consistency.ts";
import { type Machine, pulled } from "../parts/machine.ts";
import {
  callId,
  digestOf,
  expected,
  file,
  finish,
  giveUp,
  makeSeed,
  makeWorld,
  remotePages,
  shown,
} from "../parts/merge-world.ts";

let seed: { readonly db: string; readonly listing: AgentListing };
beforeAll(async () => {
  seed = await makeSeed();
});

/** Pushes expecting a refusal for these conflicts, by which neither the remote nor the working copy changes in any byte. */
async function refused(url: string, on: Machine, found: ConflictCase["found"]): Promise<void> {
  const [remoteBefore, localBefore] = [await readFile(await remotePages(url)), await digestOf(on.db)];
  const config = parseConfig({ agents: ["bot"], remoteUrl: url, directory: on.dir, timeoutSeconds: 30, conflict: "fail" });
  const { agents, exitCode } = await runSync("push", config, { info: () => undefined, verbose: () => undefined });
  const conflicts = found.map(([path, ours, theirs, kind = "file"]) => ({
    kind,
    path,
    ours,
    theirs,
    resolution: "fail",
    oursAt: null,
    theirsAt: null,
  }));
  expect(agents).toMatchObject([{ ok: false, push: { outcome: "failed", sequence: null }, error: { code: "conflict" } }]);
  expect(agents[0]?.conflicts).toEqual(conflicts);
  for (const [path, ours] of found) expect(agents[0]?.error?.message).toContain(`${path} (${ours} here`);
  expect(exitCode).toBe(4);
  expect(await digestOf(on.db)).toBe(localBefore);
  const pages = await remotePages(url);
  expect(remoteBefore.equals(await readFile(pages))).toBe(true);
  expect(inconsistencies(pages)).toEqual([]);
}

describe("I2: a change of one thing on both sides is refused, and changes nothing", () => {
  test.for(CONFLICTS)("$name", async ({ ours, theirs, found }) => {
    const { url, first, second } = await makeWorld(seed.db);
    await Promise.all([first.write(...theirs), second.write(...ours)]);
    await first.ok("push");
    await refused(url, second, found);
  });

  test("one tool call that ended otherwise on both sides", async () => {
    const { url, first, second } = await makeWorld(seed.db);
    const id = await callId(first, "build");
    await Promise.all([first.write(finish(id, "built")), second.write(giveUp(id, "no disk"))]);
    await first.ok("push");
    await refused(url, second, [[`build (${id})`, "changed", "changed", "tool-call"]]);
  });

  test("and said again by every later push, until the change is made again on top of theirs", async () => {
    const { url, first, second } = await makeWorld(seed.db);
    await Promise.all([first.write(file("/a.txt", "theirs")), second.write(file("/a.txt", "ours"), file("/n1", "1"))]);
    await first.ok("push");
    await refused(url, second, [["/a.txt", "changed", "changed"]]);
    await refused(url, second, [["/a.txt", "changed", "changed"]]);
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
    await second.ok("pull", { onUnpushed: "set-aside" });
    expect(shown(await second.list())).toEqual(expected(seed.listing, { files: { "/a.txt": "theirs" } }));
    expect(rescue).not.toBeNull();
    expect((await readFile(`${rescue}/snapshot.db`)).includes("ours")).toBe(true);
  });
});
