import { DatabaseSync } from "node:sqlite";
import { beforeAll, describe, expect, test } from "vitest";
import { TABLE_CASES, TABLES_SEED } from "../../../../../test/parts/cases/tables.ts";
import { inconsistencies } from "../../../../../test/parts/consistency.ts";
import { mounted } from "../../../../../test/parts/mounted.ts";
import { PlainRemote, Shelf } from "../../../../../test/parts/rebase.ts";
import { makeTempDir } from "../../../../../test/parts/temp.ts";

const sql = (statements: readonly string[]) => statements.map((text) => ({ op: "sql", sql: text }) as const);

let shelf: Shelf;
beforeAll(async () => {
  shelf = new Shelf(await makeTempDir());
});

function rowsIn(path: string, table: string): unknown[][] {
  const db = new DatabaseSync(path, { readOnly: true });
  const rows = db.prepare(`SELECT * FROM ${table} ORDER BY 1`).all();
  db.close();
  return rows.map((row) => Object.values(row));
}

describe("of two jobs that changed tables of their own", () => {
  test.for(TABLE_CASES)("$row: $name", ({ ours, theirs, outcome }) => {
    const remote = new PlainRemote(shelf, sql(TABLES_SEED), false);
    const [one, other] = [remote.pull(), remote.pull()];
    one.write(sql(ours));
    other.write(sql(theirs));
    remote.push(other, "keep-both");
    if ("code" in outcome) {
      const before = remote.file;
      expect(() => remote.push(one, "keep-both")).toThrow(expect.objectContaining({ code: outcome.code }));
      expect(remote.file).toBe(before);
      return;
    }
    const { conflicts, suffix } = remote.pushed(one, "keep-both");
    expect(conflicts).toMatchObject(outcome.conflict === undefined ? [] : [{ kind: "row", ...outcome.conflict }]);
    for (const [table, rows] of Object.entries(outcome.rows)) expect(rowsIn(remote.file, table)).toEqual(rows);
    const file = outcome.file?.replace("<push>", suffix);
    expect(Object.keys(mounted(remote.file))).toEqual(file === undefined ? [] : [file]);
    expect(inconsistencies(remote.file)).toEqual([]);
    expect(remote.push(one, "keep-both")).toEqual([]);
  });
});
