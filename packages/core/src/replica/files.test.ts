import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { readIfThere } from "./files.ts";
import { readSignature } from "./signature.ts";

const folder = mkdtempSync(join(tmpdir(), "agentfs-sync-files-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("a small file is read, and one that is not there is null", async () => {
  writeFileSync(join(folder, "there"), "text");
  expect((await readIfThere(join(folder, "there")))?.toString()).toBe("text");
  expect(await readIfThere(join(folder, "absent"))).toBeNull();
  await expect(readIfThere(folder)).rejects.toThrow("EISDIR");
});

test.runIf(process.platform !== "win32")("a pipe that somebody has put in a file's place keeps nobody waiting", async () => {
  const database = join(folder, "database");
  writeFileSync(database, "a database");
  for (const pipe of ["pipe", "database-wal", "database-journal"]) execFileSync("mkfifo", [join(folder, pipe)]);
  expect(await readIfThere(join(folder, "pipe"))).toHaveLength(0);
  await expect(readSignature(database)).rejects.toThrow("ESPIPE");
});
