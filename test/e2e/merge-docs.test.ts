import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { between } from "../parts/between.ts";
import { CHUNK_SIZES } from "../parts/cases/keys.ts";
import { TABLE_CASES } from "../parts/cases/tables.ts";
import { CONFLICTS, OURS_WINS } from "../parts/conflict-cases.ts";
import { MERGES } from "../parts/merge-cases.ts";
import { exampleConflict, exampleLines, tableExampleLines } from "../parts/merge-examples.ts";
import { REPOSITORY } from "../parts/programs.ts";

let page: string;
beforeAll(async () => {
  page = await readFile(join(REPOSITORY, "docs", "merge.md"), "utf8");
});

const block = (name: string) => between(page, name);

const rowsOfPage = () => [...page.matchAll(/^\| ([A-Z]\d+) \|/gm)].flatMap(([, row]) => row ?? []);

describe("docs/merge.md", () => {
  test.for(["rule", "F", "K", "T"])("has the first case of each row as its example: %s", (rows) => {
    expect(block(`examples ${rows}`)).toBe(exampleLines(rows).join("\n"));
  });

  test.for(["R", "S"])("has the first case of each row of tables as its example: %s", (rows) => {
    expect(block(`examples ${rows}`)).toBe(tableExampleLines(rows).join("\n"));
  });

  test("shows a conflict as the report does", () => {
    expect(block("conflict")).toBe(`\`\`\`json\n${exampleConflict()}\n\`\`\``);
  });

  test("has a case for each row, and a row for each case", () => {
    const cases = [...MERGES, ...CONFLICTS, ...OURS_WINS, CHUNK_SIZES, ...TABLE_CASES].map(({ row }) => row as string);
    const rows = rowsOfPage();
    expect(rows.length).toBeGreaterThan(20);
    expect([...new Set(cases)].filter((row) => !row.startsWith("rule ")).sort()).toEqual([...rows].sort());
  });
});
