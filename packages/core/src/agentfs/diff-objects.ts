import { columnsOf, type Database, type SqlRow } from "../replica/sqlite.ts";
import type { ChunkChanges, Content, ObjectChange, ObjectState } from "./changeset.ts";
import { changedBytes, readBoth, readContents } from "./content.ts";
import { jsonNumbers } from "./json-numbers.ts";
import { keptContents } from "./kept-content.ts";
import { pathsOf } from "./paths.ts";
import { commonColumns, differs, readRows } from "./read-rows.ts";
import type { RowsToCompare } from "./rows-to-compare.ts";
import { isRegular, isSymlink } from "./schema.ts";

/** Reading a file changes these; it is no change of the file. */
const NEVER_COUNTED = new Set(["atime", "atime_nsec"]);

/** Objects that differ between the origin (`main`) and the snapshot (`ours`); of a file, `chunks` is told which of its chunks do. */
export function* diffObjects(db: Database, toCompare: RowsToCompare, chunks: Map<bigint, ChunkChanges>): Generator<ObjectChange> {
  nameLiving(db);
  const columns = commonColumns(db, "fs_inode", "ours", "main");
  const reused = reusedInos(db);
  const counted = columns.filter((column) => !NEVER_COUNTED.has(column));
  const changed = changedInos(db, counted, reused, toCompare);
  const list = jsonNumbers(changed);
  const rowsIn = (schema: string): ReadonlyMap<bigint, SqlRow> => {
    const sql = `SELECT {columns} FROM {from} WHERE n.ino IN (SELECT value FROM json_each(?)) AND n.ino IN temp.living_${schema}`;
    return new Map([...readRows(db, schema, "fs_inode", columns, sql, list)].map((row) => [row["ino"] as bigint, row]));
  };
  const rows = { main: rowsIn("main"), ours: rowsIn("ours") };
  const paths = pathsOf(db, changed);
  const kept = { main: keptContents(db, "main"), ours: keptContents(db, "ours") };
  const isInBoth = (ino: bigint) =>
    isFile(rows.main.get(ino)) &&
    isFile(rows.ours.get(ino)) &&
    !reused.has(ino) &&
    kept.main(ino) === null &&
    kept.ours(ino) === null;
  const inOne = (schema: "main" | "ours") => {
    const files = changed.filter((ino) => isFile(rows[schema].get(ino)) && !isInBoth(ino) && kept[schema](ino) === null);
    return readContents(db, schema, files);
  };
  const alone = { main: inOne("main"), ours: inOne("ours") };
  const mayDiffer = toCompare.have("fs_data", "o", columnsOf(db, "fs_data"));
  for (const ino of changed) {
    const [before, after] = [rows.main.get(ino), rows.ours.get(ino)];
    const both = isInBoth(ino) ? readBoth(db, ino, mayDiffer) : null;
    if (both !== null && both.chunks !== null) chunks.set(ino, both.chunks);
    const old = before && readState(db, "main", before, () => both?.before ?? alone.main.get(ino) ?? kept.main(ino));
    const current = after && readState(db, "ours", after, () => both?.after ?? alone.ours.get(ino) ?? kept.ours(ino));
    if (old === undefined || current === undefined || !reused.has(ino)) {
      const newBytes = both?.newBytes ?? (current?.content ? changedBytes(db, ino, old === undefined) : 0);
      yield {
        ino,
        path: paths(current === undefined ? "main" : "ours", ino),
        before: old ?? null,
        after: current ?? null,
        newBytes,
      };
    } else {
      yield { ino, path: paths("main", ino), before: old, after: null, newBytes: 0 };
      yield { ino, path: paths("ours", ino), before: null, after: current, newBytes: changedBytes(db, ino, true) };
    }
  }
}

const isFile = (row: SqlRow | undefined) => row !== undefined && isRegular(row["mode"] as bigint);

/**
 * An inode is an object while an entry names it (the root needs none). The program's mount leaves the inode of every directory that
 * it removes behind, and that of a removed file while it is open; a program that dies half-way through a `create` leaves one too.
 */
function nameLiving(db: Database): void {
  for (const schema of ["main", "ours"]) {
    db.exec(`CREATE TEMP TABLE living_${schema} (ino INTEGER PRIMARY KEY)`);
    db.exec(`INSERT INTO temp.living_${schema} SELECT ino FROM ${schema}.fs_inode
      WHERE ino = 1 OR ino IN (SELECT ino FROM ${schema}.fs_dentry)`);
  }
}

function readState(db: Database, schema: string, row: SqlRow, content: () => Content | null): ObjectState {
  const ino = row["ino"] as bigint;
  const mode = row["mode"] as bigint;
  const [link] = isSymlink(mode)
    ? readRows(db, schema, "fs_symlink", ["target"], "SELECT {columns} FROM {from} WHERE n.ino = ?", ino)
    : [];
  return {
    row,
    content: isRegular(mode) ? content() : null,
    target: link === undefined ? null : String(link["target"]),
  };
}

/**
 * Numbers that name another object now. SQLite gives a deleted file's number to the next new one where fs_inode has no AUTOINCREMENT
 * (every database that the real program made), so a number is the same object only with the same file type and an entry in common.
 */
function reusedInos(db: Database): ReadonlySet<bigint> {
  const rows = db.all(
    `SELECT o.ino FROM temp.living_main AS a JOIN temp.living_ours AS b ON b.ino = a.ino
     JOIN main.fs_inode AS o ON o.ino = a.ino JOIN ours.fs_inode AS n ON n.ino = a.ino
     WHERE o.ino <> 1 AND (o.mode & 61440 <> n.mode & 61440
       OR o.ino NOT IN (SELECT x.ino FROM main.fs_dentry AS x JOIN ours.fs_dentry AS y ON y.id = x.id AND y.ino = x.ino))`,
  );
  return new Set(rows.map((row) => row["ino"] as bigint));
}

function changedInos(
  db: Database,
  columns: readonly string[],
  reused: ReadonlySet<bigint>,
  toCompare: RowsToCompare,
): readonly bigint[] {
  const inodes = `SELECT ino FROM temp.living_ours WHERE ino NOT IN temp.living_main
    UNION SELECT ino FROM temp.living_main WHERE ino NOT IN temp.living_ours
    UNION SELECT n.ino FROM ours.fs_inode AS n JOIN main.fs_inode AS o ON o.ino = n.ino WHERE ${differs(columns, "n", "o")}`;
  const rowOfContent = toCompare.have("fs_data", "x", columnsOf(db, "fs_data"));
  // What both have is compared once; which chunks the snapshot lacks, the index alone tells.
  const side = (a: string, b: string, differs: string) => `SELECT x.ino FROM ${a}.fs_data AS x LEFT JOIN ${b}.fs_data AS y
    ON y.ino = x.ino AND y.chunk_index = x.chunk_index WHERE ${rowOfContent} AND ${differs}`;
  const changedOrNew = side("ours", "main", "(y.ino IS NULL OR y.data IS NOT x.data)");
  const content = `SELECT ino FROM (${changedOrNew} UNION ${side("main", "ours", "y.ino IS NULL")})`;
  const targets = `SELECT n.ino FROM ours.fs_inode AS n JOIN main.fs_inode AS o ON o.ino = n.ino
    LEFT JOIN ours.fs_symlink AS a ON a.ino = n.ino LEFT JOIN main.fs_symlink AS b ON b.ino = n.ino
    WHERE n.mode & 61440 = 40960 AND a.target IS NOT b.target`;
  // Content of inodes that live on neither side is what others stage just now, or garbage; not a change.
  const found = db.iterateValues(
    `SELECT ino FROM (${inodes} UNION ${content} UNION ${targets} UNION SELECT value FROM json_each(?))
     WHERE ino IN temp.living_ours OR ino IN temp.living_main ORDER BY ino`,
    jsonNumbers(reused),
  );
  return Array.from(found, ([ino]) => ino as bigint);
}
