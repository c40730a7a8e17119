import { DatabaseSync } from "node:sqlite";
import { OVERLAY_TABLES, SYNC_TABLES } from "../../packages/core/src/agentfs/schema.ts";
import { writeEmptyAgentFs } from "../../packages/core/src/replica/origin.ts";
import type { AgentOp } from "../parts/agent.ts";
import { CONVENTIONS } from "./conventions.ts";
import { TABLES } from "./tables.ts";
import { Writer } from "./writer.ts";

const file = (path: string, text: string): AgentOp => ({
  op: "writeFile",
  path,
  base64: Buffer.alloc(60, `${text} `).toString("base64"),
});
const sql = (text: string): AgentOp => ({ op: "sql", sql: text });

/** Something of every kind, with the names that random programs use. */
const SEED: readonly AgentOp[] = [
  file("/a", "base-a"),
  { op: "mkdir", path: "/c" },
  file("/c/a", "base-c-a"),
  file("/c/b.txt", "base-c-b"),
  { op: "mkdir", path: "/c/c" },
  { op: "mkdir", path: "/d.d" },
  file("/d.d/a", "base-d-a"),
  { op: "link", from: "/d.d/a", to: "/d.d/b.txt" },
  { op: "symlink", path: "/d.d/c", target: "/a" },
  { op: "kvSet", key: "k1", value: 1 },
  { op: "kvSet", key: "k2", value: 2 },
  sql("INSERT INTO fs_overlay_config (key, value) VALUES ('base_path', 'base')"),
  { op: "toolStart", name: "base-build", parameters: {} },
  { op: "toolStart", name: "base-test" },
  { op: "toolRecord", name: "base-lint", startedAt: 10, completedAt: 11 },
];

const SEED_ROWS: readonly AgentOp[] = [
  sql("INSERT INTO notes (body, ref) VALUES ('base-1', NULL), ('base-2', 1)"),
  sql("INSERT INTO labels (name, value) VALUES ('l1', 'base'), ('l2', 'base')"),
  sql("INSERT INTO lines (text) VALUES ('base'), ('base'), ('other')"),
];

/** The remote that all writers pull first. `reusesNumbers`: as in databases that the real program made. */
export function writeSeed(path: string, reusesNumbers: boolean): void {
  writeEmptyAgentFs(path, 10);
  const db = new DatabaseSync(path);
  for (const create of [...Object.values(SYNC_TABLES), ...Object.values(OVERLAY_TABLES), ...TABLES.map((table) => table.sql)]) {
    db.exec(create);
  }
  if (reusesNumbers) dropAutoincrement(db);
  db.close();
  using writer = new Writer(path, CONVENTIONS.plain, 100);
  for (const op of [...SEED, ...SEED_ROWS]) writer.perform(op);
}

function dropAutoincrement(db: DatabaseSync): void {
  const { sql: create } = db.prepare("SELECT sql FROM sqlite_schema WHERE name = 'fs_inode'").get() as { sql: string };
  db.exec(`ALTER TABLE fs_inode RENAME TO old_inode; ${create.replace(" AUTOINCREMENT", "")};
    INSERT INTO fs_inode SELECT * FROM old_inode; DROP TABLE old_inode`);
}
