import { DatabaseSync } from "node:sqlite";
import { type Call, type Id, type Name, ROOT, type Row, type State, type Thing } from "./state.ts";
import { TABLES } from "./tables.ts";

const CHUNK_SIZE_BYTES = 4096;
const KINDS: ReadonlyMap<number, Thing["kind"]> = new Map([
  [0o100000, "file"],
  [0o040000, "directory"],
  [0o120000, "link"],
]);

type Rows = Readonly<Record<string, unknown>>[];

/** What a database file holds, by plain SQL. An inode without an entry is none: the program's mount leaves those of removed directories. */
export function readState(path: string): State {
  const db = new DatabaseSync(path, { readOnly: true });
  try {
    const all = (sql: string): Rows => db.prepare(sql).all();
    const tables = new Set(all("SELECT name FROM sqlite_schema").map(({ name }) => name));
    const names = new Map(all("SELECT * FROM fs_dentry ORDER BY id").map((row) => [String(row["id"]), toName(row)]));
    const living = new Set([ROOT, ...[...names.values()].map(({ thing }) => thing)]);
    const contents = readContents(all("SELECT * FROM fs_data"));
    const targets = new Map(all("SELECT * FROM fs_symlink").map(({ ino, target }) => [ino, String(target)]));
    const inodes = all("SELECT * FROM fs_inode").filter(({ ino }) => living.has(String(ino)));
    const settings = tables.has("fs_overlay_config") ? all("SELECT key, value FROM fs_overlay_config") : [];
    return {
      names,
      things: new Map(inodes.map((row) => [String(row["ino"]), toThing(row, contents, targets)])),
      keys: new Map(all("SELECT key, value FROM kv_store").map(({ key, value }) => [String(key), String(value)])),
      settings: new Map(settings.map(({ key, value }) => [String(key), String(value)])),
      calls: new Map(all("SELECT * FROM tool_calls ORDER BY id").map((row) => [String(row["id"]), toCall(row)])),
      rows: Object.fromEntries(
        TABLES.map(({ name }) => [name, tables.has(name) ? (all(`SELECT * FROM ${name}`) as unknown as Row[]) : []]),
      ),
    };
  } finally {
    db.close();
  }
}

function toName({ parent_ino, name, ino }: Rows[number]): Name {
  return { parent: String(parent_ino), name: String(name), thing: String(ino) };
}

function toCall({ id: _, name, status, ...rest }: Rows[number]): Call {
  return { name: String(name), status: String(status), rest: JSON.stringify(Object.entries(rest)) };
}

type Chunks = ReadonlyMap<unknown, Rows>;

function readContents(chunks: Rows): Chunks {
  return Map.groupBy(chunks, ({ ino }) => ino);
}

function toThing({ ino, mode, size }: Rows[number], contents: Chunks, targets: ReadonlyMap<unknown, string>): Thing {
  const kind = KINDS.get(Number(mode) & 0o170000);
  if (kind === undefined) throw new Error(`inode ${ino} has mode ${mode}`);
  const permissions = Number(mode) & 0o7777;
  if (kind === "directory") return { kind, permissions, content: "" };
  if (kind === "link") return { kind, permissions, content: targets.get(ino) ?? "" };
  // Holes read as zeros.
  const bytes = Buffer.alloc(Number(size));
  for (const { chunk_index, data } of contents.get(ino) ?? []) {
    bytes.set(data as Uint8Array, Number(chunk_index) * CHUNK_SIZE_BYTES);
  }
  return { kind, permissions, content: bytes.toString("latin1") };
}

/** Ids of a database as a merge compares them. */
export interface Labels {
  readonly thing: ReadonlyMap<Id, Id>;
  readonly name: ReadonlyMap<Id, Id>;
  readonly call: ReadonlyMap<Id, Id>;
  /** Keys of rows of tables with a number as key. */
  readonly row: ReadonlyMap<number, number>;
}

export const NO_LABELS: Labels = { thing: new Map(), name: new Map(), call: new Map(), row: new Map() };
