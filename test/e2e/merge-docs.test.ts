import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { CHUNK_SIZES } from "../parts/cases/keys.ts";
import { CONFLICTS, OURS_WINS } from "../parts/conflict-cases.ts";
import { MERGES } from "../parts/merge-cases.ts";
import { exampleConflict, exampleLines } from "../parts/merge-examples.ts";
import { REPOSITORY } from "../parts/programs.ts";

let page: string;
beforeAll(async () => {
  page = await readFile(join(REPOSITORY, "docs", "merge.md"), "utf8");
});

/** What stands on the page between `<!-- name -->` and `<!-- /name -->`. */
const block = (name: string) => page.split(`<!-- ${name} -->\n`)[1]?.split(`<!-- /${name} -->`)[0]?.trim();

/** These come with other tables of cases. */
const ELSEWHERE = /^[RS]/;
const rowsOfPage = () => [...page.matchAll(/^\| ([A-Z]\d+) \|/gm)].flatMap(([, row]) => row ?? []);

describe("docs/merge.md", () => {
  test.for(["rule", "F", "K", "T"])("has the first case of each row as its example: %s", (rows) => {
    expect(block(`examples ${rows}`)).toBe(exampleLines(rows).join("\n"));
  });

  test("shows a conflict as the report does", () => {
    expect(block("conflict")).toBe(`\`\`\`json\n${exampleConflict()}\n\`\`\``);
  });

  test("has a case for each row, and a row for each case", () => {
    const cases = [...MERGES, ...CONFLICTS, ...OURS_WINS, CHUNK_SIZES].map(({ row }) => row as string);
    const rows = rowsOfPage().filter((row) => !ELSEWHERE.test(row));
    expect(rows.length).toBeGreaterThan(20);
    expect([...new Set(cases)].filter((row) => !row.startsWith("rule ")).sort()).toEqual([...rows].sort());
  });
});
