import { mkdir, rename, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { written } from "../../../../test/parts/hand.ts";
import { makeTempDir } from "../../../../test/parts/temp.ts";
import { Deadline } from "../remote/deadline.ts";
import { agentPaths } from "./paths.ts";
import { newestNs } from "./signature.ts";
import { takeSnapshot } from "./snapshot.ts";

test("what is written after a snapshot gets another time than what is in it", async () => {
  const folder = await makeTempDir();
  const paths = agentPaths(folder, "bot");
  await mkdir(paths.folder);
  await rename(await written((hand) => hand.key("mine", "1")), paths.workingCopy);
  for (let round = 0; round < 20; round++) {
    using db = new DatabaseSync(paths.workingCopy);
    db.exec(`PRAGMA synchronous = OFF; UPDATE kv_store SET value = '${round}'`);
    const snapshot = await takeSnapshot(paths, new Deadline(10_000));
    const file = join(folder, `file-${round}`);
    await writeFile(file, "later");
    if (snapshot === null) throw new Error("no snapshot");
    expect((await stat(file, { bigint: true })).mtimeNs).toBeGreaterThan(newestNs(snapshot.signature));
  }
});
