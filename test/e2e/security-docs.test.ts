import { readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { describe, expect, it } from "vitest";
import { REPOSITORY } from "../parts/programs.ts";

const CODE = /\.(test|property)\.ts$/;

/** All test files, by their name without the end that all end-to-end tests have. */
async function testTexts(): Promise<ReadonlyMap<string, string>> {
  const below = async (folder: string) =>
    (await readdir(join(REPOSITORY, folder), { recursive: true })).map((path) => join(folder, path));
  const packages = (await Promise.all(["core", "cli", "action"].map((name) => below(`packages/${name}/src`)))).flat();
  const files = [...(await below("test/e2e")), ...packages].filter((path) => CODE.test(path));
  const texts = files.map(async (path) => {
    const text = await readFile(join(REPOSITORY, path), "utf8");
    return [
      basename(path)
        .replace(/^(.*)\.test\.ts$/, path.startsWith("test/e2e") ? "$1" : "$1.test")
        .replace(/\.ts$/, ""),
      text,
    ] as const;
  });
  return new Map(await Promise.all(texts));
}

describe.each(["security", "comparison"])("docs/%s.md", (page) => {
  it("names tests that are there, by their file and the beginning or a part of their title", async () => {
    const docs = await readFile(join(REPOSITORY, `docs/${page}.md`), "utf8");
    const texts = await testTexts();
    const named = docs
      .split("\n")
      .filter((line) => line.startsWith("| "))
      .flatMap((line) => line.replace(/ \|$/, "").split(/ \| |; (?=`)/))
      .flatMap((entry) => [...entry.matchAll(/^`([\w.-]+)`: (.+)$/g)].map(([, file = "", title = ""]) => ({ file, title })));
    expect(named.length).toBeGreaterThan(page === "security" ? 30 : 7);
    expect(named.filter(({ file, title }) => texts.get(file)?.includes(title) !== true)).toEqual([]);
  });
});

describe("docs/comparison.md", () => {
  it("says of the chaos runs what docs/reliability.md says, and names commands that are there", async () => {
    const read = (path: string) => readFile(join(REPOSITORY, path), "utf8");
    const [comparison, reliability, { scripts }] = [
      await read("docs/comparison.md"),
      await read("docs/reliability.md"),
      JSON.parse(await read("package.json")),
    ];
    const rowsOf = (text: string) =>
      new Map(
        text
          .split("\n")
          .filter((line) => line.startsWith("| `pnpm chaos"))
          .map((line) =>
            line
              .replace(/ [¹²]/g, "")
              .split("|")
              .map((cell) => cell.trim()),
          )
          .map(([, command = "", ...cells]) => [command, cells] as const),
      );
    const all = rowsOf(reliability);
    expect(rowsOf(comparison).size).toBe(2);
    for (const [command, cells] of rowsOf(comparison)) {
      const [, jobs, , writes, , , , , lost, doubled, hangs] = all.get(command) ?? [];
      expect(cells.slice(0, 5), command).toEqual([jobs, writes, lost, doubled, hangs]);
    }
    const commands = [...comparison.matchAll(/`(?:pnpm|npm run|npm) (\w+)/g)].map(([, name = ""]) => name);
    expect(new Set(commands)).toEqual(new Set(["test", "build", "chaos", "bench"]));
    expect(Object.keys(scripts)).toEqual(expect.arrayContaining(commands));
  });
});
