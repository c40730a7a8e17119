import type { DatabaseSync } from "node:sqlite";
import type { Thing } from "./state.ts";

/** What stands at a path. */
export interface Found {
  readonly path: string;
  readonly kind: Thing["kind"];
  readonly ino: number;
  readonly sizeBytes: number;
  readonly isEmpty: boolean;
}

/** Everything in a database by path, without the root. */
export function look(db: DatabaseSync): ReadonlyMap<string, Found> {
  const rows = db
    .prepare("SELECT d.name, d.parent_ino, i.ino, i.mode, i.size FROM fs_dentry AS d JOIN fs_inode AS i ON i.ino = d.ino")
    .all();
  const children = Map.groupBy(rows, ({ parent_ino }) => Number(parent_ino));
  const found = new Map<string, Found>();
  const queue: (readonly [number, string])[] = [[1, ""]];
  for (let at = queue.shift(); at !== undefined; at = queue.shift()) {
    for (const row of children.get(at[0]) ?? []) {
      const [path, ino, type] = [`${at[1]}/${row["name"]}`, Number(row["ino"]), Number(row["mode"]) & 0o170000];
      const kind = type === 0o040000 ? "directory" : type === 0o120000 ? "link" : "file";
      found.set(path, { path, kind, ino, sizeBytes: Number(row["size"]), isEmpty: !children.has(ino) });
      if (kind === "directory") queue.push([ino, path]);
    }
  }
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}
