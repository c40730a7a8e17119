import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { AgentOp } from "../parts/agent.ts";
import { makeTempDir } from "../parts/temp.ts";
import { CONVENTIONS } from "./conventions.ts";
import { copyDatabase } from "./files.ts";
import { Pool } from "./pool.ts";
import { operations, texts } from "./run-plain.ts";
import { writeSeed } from "./seed.ts";
import { type Step, step } from "./steps.ts";
import { Writer } from "./writer.ts";

const RUNS = 20;
const TABLES = ["fs_inode", "fs_dentry", "fs_data", "fs_symlink", "kv_store", "tool_calls", "notes", "labels", "lines"];

/** Clocks differ. */
const IS_TIME = /time|_at$|nsec$|duration/;

function rowsOf(path: string): Readonly<Record<string, readonly string[]>> {
  const db = new DatabaseSync(path, { readOnly: true });
  const shown = (row: Readonly<Record<string, unknown>>) =>
    JSON.stringify(
      Object.entries(row).filter(([column]) => !IS_TIME.test(column)),
      (_, value: unknown) => (value instanceof Uint8Array ? Buffer.from(value).toString("base64") : value),
    );
  const rows = TABLES.map((table) => [table, db.prepare(`SELECT * FROM ${table}`).all().map(shown).sort()] as const);
  db.close();
  return Object.fromEntries(rows);
}

test("I5: the fast writer with the SDK's conventions leaves the rows that the real SDK leaves", async () => {
  const folder = await makeTempDir();
  const pool = new Pool();
  writeSeed(join(folder, "seed.db"), false);
  let count = 0;
  const program: fc.Arbitrary<readonly Step[]> = fc.array(step, { minLength: 10, maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(program, async (steps) => {
      const [fast, real] = ["fast", "real"].map((name) =>
        copyDatabase(join(folder, "seed.db"), join(folder, `${name}-${count}.db`)),
      );
      count++;
      const ops = writeFast(fast ?? "", steps);
      await pool.ask({ does: "write", path: real ?? "", ops });
      expect(rowsOf(copyDatabase(real ?? "", join(folder, "copy.db")))).toEqual(rowsOf(fast ?? ""));
    }),
    { numRuns: RUNS },
  );
});

function writeFast(path: string, steps: readonly Step[]): readonly AgentOp[] {
  using writer = new Writer(path, CONVENTIONS.sdk, 1000);
  const done: AgentOp[] = [];
  for (const op of operations(steps, writer, texts("t"))) {
    writer.perform(op);
    done.push(op);
  }
  return done;
}
