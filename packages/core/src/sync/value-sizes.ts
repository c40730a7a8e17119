import type { Changeset } from "../agentfs/changeset.ts";
import { KEYED_TABLES } from "../agentfs/changeset.ts";
import { SyncError } from "../errors.ts";
import { Database, type SqlRow } from "../replica/sqlite.ts";

/**
 * The longest single value that a request carries: it is held in memory as a whole, several times over, here and on the server. The local
 * server was seen to take 128 MiB; there is no limit on how much content one push carries.
 */
export const MOST_IN_A_VALUE_BYTES = 64 * 2 ** 20;

/** @throws SyncError `too-large`, naming the file, key, row or tool call */
export function guardValueSizes(agent: string, changeset: Changeset, snapshotPath: string): void {
  for (const { table, key, after } of changeset.rows) {
    const what = KEYED_TABLES[table].kind === "key" ? "the key" : `${table}:`;
    check(agent, `${what} ${JSON.stringify(String(key).slice(0, 200))}`, after);
  }
  for (const { table, rows } of changeset.tables) for (const { after } of rows) check(agent, `a row of ${table}`, after);
  for (const { id, after } of changeset.toolCalls) check(agent, `the tool call ${id} (${after?.["name"] ?? ""})`, after);
  checkChunks(agent, changeset, snapshotPath);
}

function check(agent: string, what: string, row: SqlRow | null): void {
  for (const [column, value] of Object.entries(row ?? {})) {
    const isText = typeof value === "string";
    if (!isText && !(value instanceof Uint8Array)) continue;
    // What cannot be that long need not be counted.
    const sizeBytes = isText && value.length * 3 > MOST_IN_A_VALUE_BYTES ? Buffer.byteLength(value) : value.length;
    if (sizeBytes > MOST_IN_A_VALUE_BYTES) throw tooLarge(agent, `${what} has a value of`, sizeBytes, column);
  }
}

/** A chunk is 4 KiB in every database that the real programs make; one that is as large as this belongs to nobody's file system. */
function checkChunks(agent: string, { objects }: Changeset, snapshotPath: string): void {
  const large = objects.filter(({ newBytes }) => newBytes > MOST_IN_A_VALUE_BYTES);
  if (large.length === 0) return;
  using db = Database.openImmutable(snapshotPath);
  for (const { ino, path } of large) {
    const size = db.get("SELECT max(octet_length(data)) AS size FROM fs_data WHERE ino = ?", ino)?.["size"];
    if (typeof size === "bigint" && size > MOST_IN_A_VALUE_BYTES)
      throw tooLarge(agent, `the file ${path} has a chunk of`, Number(size), "data");
  }
}

function tooLarge(agent: string, what: string, sizeBytes: number, column: string): SyncError {
  const [size, most] = [sizeBytes, MOST_IN_A_VALUE_BYTES].map((bytes) => `${(bytes / 2 ** 20).toFixed(1)} MiB`);
  return new SyncError(
    "too-large",
    `${agent}: ${what} ${size} (${column}); a single value may have at most ${most}. Nothing was pushed.`,
  );
}
