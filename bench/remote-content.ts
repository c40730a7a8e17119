import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { runAgent } from "../test/parts/agent.ts";
import { type RemoteStatement, remoteSql } from "../test/parts/remote-sql.ts";
import { makeTempDir } from "../test/parts/temp.ts";

const CHUNK_BYTES = 4096;
const CHUNKS_PER_FILE = 61;
/** Less than a kilobyte short of it. */
const FILES_A_MEGABYTE = 4;
const FILES_PER_REQUEST = 8;

/** Puts an agent with `megabytes` of random file content, in files of 250 kB, on an empty server. */
export async function fillRemote(url: string, megabytes: number): Promise<void> {
  await remoteSql(url, await emptyAgent());
  const files = megabytes * FILES_A_MEGABYTE;
  for (let first = 0; first < files; first += FILES_PER_REQUEST) {
    const names = Array.from({ length: Math.min(FILES_PER_REQUEST, files - first) }, (_, i) => `file-${first + i}.bin`);
    await addFiles(url, names, CHUNKS_PER_FILE);
  }
}

/** Adds one file of one chunk, as another client would. */
export const addSmallFile = (url: string, name: string): Promise<void> => addFiles(url, [name], 1);

/** How many chunks all files on the server have: tells whether a push arrived. */
export async function countChunks(url: string): Promise<number> {
  const [rows] = await remoteSql(url, [{ sql: "SELECT count(*) FROM fs_data WHERE ino IN (SELECT ino FROM fs_inode)" }]);
  return Number(rows?.[0]?.[0]);
}

async function addFiles(url: string, names: readonly string[], chunks: number): Promise<void> {
  const [rows] = await remoteSql(url, [{ sql: "SELECT max(ino) FROM fs_inode" }]);
  const lastIno = Number(rows?.[0]?.[0]);
  const statements = names.flatMap((name, index) => newFile(lastIno + 1 + index, name, chunks));
  await remoteSql(url, [{ sql: "BEGIN IMMEDIATE" }, ...statements, { sql: "COMMIT" }]);
}

function newFile(ino: number, name: string, chunks: number): RemoteStatement[] {
  const now = Math.floor(Date.now() / 1000);
  const rows = Array.from({ length: chunks }, (_, index) => [ino, index, randomBytes(CHUNK_BYTES)] as const);
  return [
    {
      sql: "INSERT INTO fs_inode (ino, mode, nlink, size, atime, mtime, ctime) VALUES (?, 33188, 1, ?, ?, ?, ?)",
      args: [ino, chunks * CHUNK_BYTES, now, now, now],
    },
    { sql: "INSERT INTO fs_dentry (name, parent_ino, ino) VALUES (?, 1, ?)", args: [name, ino] },
    {
      sql: `INSERT INTO fs_data (ino, chunk_index, data) VALUES ${rows.map(() => "(?, ?, ?)").join(", ")}`,
      args: rows.flat(),
    },
  ];
}

let made: Promise<readonly RemoteStatement[]> | undefined;

/** The schema, configuration and root of an agent that the real SDK has made, once for all servers, as SQL. */
function emptyAgent(): Promise<readonly RemoteStatement[]> {
  made ??= makeEmptyAgent();
  return made;
}

async function makeEmptyAgent(): Promise<readonly RemoteStatement[]> {
  const path = join(await makeTempDir(), "empty.db");
  await runAgent(path, []);
  const db = new DatabaseSync(path);
  const schema = db.prepare("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY rowid");
  const statements: RemoteStatement[] = schema.all().map(({ sql }) => ({ sql: String(sql) }));
  for (const table of ["fs_config", "fs_inode"]) {
    for (const row of db.prepare(`SELECT * FROM ${table}`).all()) {
      const columns = Object.keys(row);
      statements.push({
        sql: `INSERT INTO ${table} (${columns.join(", ")}) VALUES (${columns.map(() => "?").join(", ")})`,
        args: Object.values(row).map((value) => (typeof value === "bigint" ? Number(value) : value)),
      });
    }
  }
  db.close();
  return statements;
}
