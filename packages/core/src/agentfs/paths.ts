import type { Database } from "../replica/sqlite.ts";
import { jsonNumbers } from "./json-numbers.ts";
import { ROOT_INO } from "./schema.ts";

/** `/a` + `b` → `/a/b` */
export function join(directory: string, name: string): string {
  return directory === "/" ? `/${name}` : `${directory}/${name}`;
}

/** A function from a directory's inode number to its path in one of the attached files; `?` stands for what leads nowhere. */
export function directoryPaths(db: Database, schema: string): (ino: bigint) => string {
  const rows = db.all(
    `SELECT d.ino, d.parent_ino, d.name FROM ${schema}.fs_dentry AS d JOIN ${schema}.fs_inode AS i ON i.ino = d.ino WHERE i.mode & 61440 = 16384`,
  );
  const up = new Map(
    rows.map((row) => [row["ino"] as bigint, { parent: row["parent_ino"] as bigint, name: String(row["name"]) }]),
  );
  return (ino) => {
    const names: string[] = [];
    let at = ino;
    while (at !== ROOT_INO && names.length <= up.size) {
      const step = up.get(at);
      names.unshift(step?.name ?? "?");
      if (step === undefined) break;
      at = step.parent;
    }
    return `/${names.join("/")}`;
  };
}

/** The oldest path of each of these inodes, in the origin (`main`) or the snapshot (`ours`). */
export function pathsOf(db: Database, inos: readonly bigint[]): (schema: "main" | "ours", ino: bigint) => string {
  const list = jsonNumbers(inos);
  const inSchema = (schema: "main" | "ours") => {
    const directory = directoryPaths(db, schema);
    const sql = `SELECT ino, parent_ino, name FROM ${schema}.fs_dentry WHERE ino IN (SELECT value FROM json_each(?)) ORDER BY id DESC`;
    const paths = new Map<bigint, string>();
    for (const [ino, parentIno, name] of db.iterateValues(sql, list))
      paths.set(ino as bigint, join(directory(parentIno as bigint), String(name)));
    return paths;
  };
  const paths = { main: inSchema("main"), ours: inSchema("ours") };
  return (schema, ino) => (ino === ROOT_INO ? "/" : (paths[schema].get(ino) ?? `?inode ${ino}`));
}
