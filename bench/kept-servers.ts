import { rmSync } from "node:fs";
import { copyFile, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startServer } from "../test/parts/server.ts";
import { makeTempDir } from "../test/parts/temp.ts";

/** The folder of each stopped server, for as long as the benchmark runs: to fill one takes longer than what is measured with it. */
const kept = new Map<string, Promise<string>>();

/** A copy of the database file of a server that `fill` has filled, once for each name: to be started, and changed. */
export async function copyOfServer(name: string, fill: (url: string) => Promise<void>): Promise<string> {
  const made = kept.get(name) ?? make(fill);
  kept.set(name, made);
  const [from, to] = [await made, await makeTempDir()];
  for (const file of ["remote.db", "remote.db-wal"]) await copyFile(join(from, file), join(to, file));
  return join(to, "remote.db");
}

async function make(fill: (url: string) => Promise<void>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "agentfs-sync-bench-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const server = await startServer({ file: join(folder, "remote.db") });
  await fill(server.url);
  await server.stop();
  return folder;
}
