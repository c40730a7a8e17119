import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createEmptyOrigin, listOrigins, readOrigin, removeOtherOrigins, renewPushId } from "./origin.ts";
import { type AgentPaths, agentPaths } from "./paths.ts";

let folder: string;
let paths: AgentPaths;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "agentfs-sync-origin-"));
  paths = agentPaths(folder, "bot");
});

afterEach(() => rm(folder, { recursive: true }));

describe("an origin", () => {
  it("is read back as it was written", async () => {
    const origin = await createEmptyOrigin(paths);
    expect(await readOrigin(paths, origin.id)).toEqual(origin);
    expect(await listOrigins(paths)).toEqual([origin]);
  });

  it("goes through the same push ids in every copy of the folder, each of them a UUID and none twice", async () => {
    const origin = await createEmptyOrigin(paths);
    const other = agentPaths(join(folder, "copy"), "bot");
    const chain = async (place: AgentPaths) => {
      const ids = [origin.pushId];
      for (let at = origin; ids.length < 20; ) {
        at = await renewPushId(place, at, false);
        ids.push(at.pushId);
      }
      return ids;
    };
    const ids = await chain(paths);
    expect(await chain(other)).toEqual(ids);
    expect(new Set(ids).size).toBe(20);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-[48][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it("remembers that a copy has pushed, also when its push id is revoked later", async () => {
    const pushed = await renewPushId(paths, await createEmptyOrigin(paths), true);
    expect((await renewPushId(paths, pushed, false)).copyPushed).toBe(true);
  });

  it.each(["../../etc/passwd", "", "x", "00000000-0000-0000-0000-00000000000/"])(
    "is not looked up by %j, which is no UUID",
    async (id) => {
      await createEmptyOrigin(paths);
      expect(await readOrigin(paths, id)).toBeNull();
    },
  );

  it("is unknown if its record is damaged", async () => {
    const { id } = await createEmptyOrigin(paths);
    await writeFile(join(paths.origins, `${id}.json`), "{");
    expect(await readOrigin(paths, id)).toBeNull();
  });

  it("is the only one left after the others were removed", async () => {
    await createEmptyOrigin(paths);
    const kept = await createEmptyOrigin(paths);
    await removeOtherOrigins(paths, kept);
    expect((await readdir(paths.origins)).toSorted()).toEqual([`${kept.id}.db`, `${kept.id}.json`]);
  });
});
