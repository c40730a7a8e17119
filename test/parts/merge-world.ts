import { createHash } from "node:crypto";
import { copyFile, cp, mkdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { AgentListing, AgentOp } from "./agent.ts";
import { listAgent, runAgent } from "./agent.ts";
import { ODD_FILES } from "./cases/odd-files.ts";
import { basePath } from "./image.ts";
import { type Machine, machine } from "./machine.ts";
import { BIG, dir, file, link, set, sql, symlink } from "./merge-ops.ts";
import { startServer, type TestServer } from "./server.ts";
import { makeTempDir } from "./temp.ts";

export * from "./merge-ops.ts";
export { expected, shown } from "./merge-result.ts";

/** What every case starts from: something of every kind. Two tool calls are pending. */
export const SEED: readonly AgentOp[] = [
  file("/a.txt", "a"),
  file("/b.txt", "b"),
  file("/big", BIG),
  dir("/dir"),
  file("/dir/x", "x"),
  file("/dir/y", "y"),
  dir("/dir/sub"),
  file("/dir/sub/z", "z"),
  dir("/other"),
  file("/other/o", "o"),
  dir("/third"),
  file("/hard1", "hard"),
  link("/hard1", "/hard2"),
  symlink("/a.txt", "/link"),
  set("one", 1),
  set("two", { n: 2 }),
  { op: "toolStart", name: "build", parameters: { target: "all" } },
  { op: "toolStart", name: "deploy" },
  ...ODD_FILES,
  sql("CREATE TABLE fs_whiteout (path TEXT PRIMARY KEY, created_at INTEGER NOT NULL)"),
  sql("CREATE TABLE fs_overlay_config (key TEXT PRIMARY KEY, value TEXT NOT NULL)"),
  sql("CREATE TABLE fs_origin (delta_ino INTEGER PRIMARY KEY, base_ino INTEGER NOT NULL)"),
  sql("INSERT INTO fs_overlay_config VALUES ('base_path', '/base')"),
  sql("INSERT INTO fs_origin (delta_ino, base_ino) SELECT ino, 5 FROM fs_dentry WHERE name = 'empty'"),
];

/** The seed, made once by the real SDK, and what it lists. */
export async function makeSeed(): Promise<{ readonly db: string; readonly listing: AgentListing }> {
  const db = join(await makeTempDir(), "seed.db");
  await runAgent(db, SEED);
  return { db, listing: await listAgent(db) };
}

/** Two machines that pulled the same, and the remote that they share. */
export interface World {
  readonly url: string;
  /** Pushes first. */
  readonly first: Machine;
  readonly second: Machine;
}

/** A remote with the seed that two machines have pulled, as files: to be copied for each world. */
interface Stored {
  readonly remote: string;
  readonly machines: readonly [string, string];
  /** The machines' files name the URL, so all worlds of a seed have one port, one after the other. */
  readonly port: number;
  running: TestServer | null;
}

const stored = new Map<string, Promise<Stored>>();

/** A world of its own. The one that was made before from the same seed ends. */
export async function makeWorld(seedDb: string): Promise<World> {
  const store = stored.get(seedDb) ?? storeWorld(seedDb);
  stored.set(seedDb, store);
  const { remote, machines, port, running } = await store;
  await running?.stop();
  const folder = await makeTempDir();
  await cp(remote, join(folder, "remote"), { recursive: true });
  const server = await startServer({ file: join(folder, "remote", "remote.db"), port });
  (await store).running = server;
  const copied = async (from: string, name: string) => {
    await cp(from, join(folder, name), { recursive: true });
    return machine(server.url, {}, join(folder, name));
  };
  return { url: server.url, first: await copied(machines[0], "first"), second: await copied(machines[1], "second") };
}

async function storeWorld(seedDb: string): Promise<Stored> {
  const server = await startServer();
  const seeder = await machine(server.url);
  await mkdir(dirname(seeder.db));
  await copyDatabase(seedDb, seeder.db);
  await seeder.ok("push");
  const [first, second] = [await machine(server.url), await machine(server.url)];
  await first.ok("pull");
  await second.ok("pull");
  await server.stop();
  return { remote: dirname(server.file), machines: [first.dir, second.dir], port: server.port, running: null };
}

/** The number of the tool call with this name on a machine. */
export async function callId(on: Machine, name: string): Promise<number> {
  const [calls] = (await on.write({ op: "toolList" })) as [{ id: number; name: string }[]];
  const id = calls.find((known) => known.name === name)?.id;
  if (id === undefined) throw new Error(`no tool call ${name}`);
  return id;
}

/** The pages of the remote, as a machine gets them that has nothing. */
export async function remotePages(url: string): Promise<string> {
  const fresh = await machine(url);
  await fresh.ok("pull");
  return basePath(fresh);
}

/** Turso leaves most of a small database in its WAL. */
async function copyDatabase(from: string, to: string): Promise<void> {
  await copyFile(from, to);
  await copyFile(`${from}-wal`, `${to}-wal`);
}

/** The bytes of a database and its WAL, as one digest. */
export async function digestOf(db: string): Promise<string> {
  const hash = createHash("sha256").update(await readFile(db));
  try {
    hash.update(await readFile(`${db}-wal`));
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
  }
  return hash.digest("hex");
}
