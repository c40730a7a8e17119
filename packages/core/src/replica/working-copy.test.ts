import { mkdir, rename } from "node:fs/promises";
import { expect, test } from "vitest";
import { written } from "../../../../test/parts/hand.ts";
import { makeTempDir } from "../../../../test/parts/temp.ts";
import { agentPaths } from "./paths.ts";
import { readSignature } from "./signature.ts";
import { updateWorkingCopy } from "./working-copy.ts";

test("what went wrong is said also where SQLite has ended the transaction itself", async () => {
  const paths = agentPaths(await makeTempDir(), "bot");
  await mkdir(paths.folder);
  const mine = await written((hand) => {
    hand.sql("DROP TABLE kv_store");
    hand.sql(
      "CREATE TABLE kv_store (key TEXT PRIMARY KEY, value TEXT UNIQUE ON CONFLICT ROLLBACK, created_at INTEGER, updated_at INTEGER)",
    );
    hand.key("mine", "1");
  });
  await rename(mine, paths.workingCopy);
  const remote = await written((hand) => {
    for (const key of ["a", "b"]) hand.key(key, "same");
  });
  const signature = await readSignature(paths.workingCopy);
  if (signature === null) throw new Error("no signature");
  await expect(updateWorkingCopy(paths, remote, "origin", signature)).rejects.toThrow("UNIQUE constraint failed: kv_store.value");
  expect(await readSignature(paths.workingCopy)).toEqual(signature);
});
