import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, it } from "vitest";
import type { Plan } from "../agentfs/merge/types.ts";
import { AGENTFS_TABLES } from "../agentfs/schema.ts";
import { extractTouched } from "./extract.ts";

it("runs nothing but the definitions of a schema: not what a hostile one has behind them", async () => {
  const folder = await mkdtemp(join(tmpdir(), "extract-"));
  try {
    const base = join(folder, "base.db");
    {
      using db = new DatabaseSync(base, { defensive: false });
      for (const sql of Object.values(AGENTFS_TABLES)) db.exec(sql);
      db.exec("CREATE TABLE t (a); PRAGMA writable_schema = ON");
      const more = `; ATTACH '${join(folder, "evil")}' AS e; CREATE TABLE e.x (y)`;
      db.prepare("UPDATE sqlite_schema SET sql = sql || ? WHERE name = 't'").run(more);
    }
    const plan = { rows: [], tables: [] } as unknown as Plan;
    const path = join(folder, "before.db");
    extractTouched(base, path, plan, { inos: new Set(), contentInos: new Set(), callIds: new Set() }, null);
    using made = new DatabaseSync(path);
    expect(made.prepare("SELECT name FROM sqlite_schema WHERE name = 't'").all()).toHaveLength(1);
    expect((await readdir(folder)).sort()).toEqual(["base.db", "before.db"]);
  } finally {
    await rm(folder, { recursive: true });
  }
});
