import type { Database } from "../../replica/sqlite.ts";
import { ROOT_INO } from "../schema.ts";

/** A function from an inode number to one of its paths; what leads nowhere, or round in a circle, begins with its inode. */
export function pathFinder(db: Database): (ino: bigint) => string {
  // The schema has no index by inode. A temporary one is kept in a file: it may be as large as the database.
  db.exec("CREATE TEMP TABLE IF NOT EXISTS upward AS SELECT ino, parent_ino, name FROM main.fs_dentry");
  db.exec("CREATE INDEX IF NOT EXISTS temp.upward_by_ino ON upward(ino)");
  return (ino) => {
    const seen = new Set<bigint>();
    let path = "";
    let at = ino;
    while (at !== ROOT_INO) {
      const entry = seen.has(at) ? undefined : db.get("SELECT parent_ino, name FROM temp.upward WHERE ino = ? LIMIT 1", at);
      if (entry === undefined) return `inode ${at}${path}`;
      seen.add(at);
      path = `/${entry["name"]}${path}`;
      at = entry["parent_ino"] as bigint;
    }
    return path === "" ? "/" : path;
  };
}
