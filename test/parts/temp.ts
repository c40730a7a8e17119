import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onCleanUp } from "./cleanup.ts";

/** A new empty folder with no symlink in its path, removed after the test file. */
export async function makeTempDir(): Promise<string> {
  const dir = await mkdtemp(join(await realpath(tmpdir()), "agentfs-sync-test-"));
  onCleanUp(() => rm(dir, { recursive: true, force: true, maxRetries: 3 }));
  return dir;
}
