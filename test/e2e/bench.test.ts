import { copyFile, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { fakeAgentfs } from "../parts/agentfs-program.ts";
import { nodePath, REPOSITORY } from "../parts/programs.ts";
import { COMPILED_ONCE, runChild } from "../parts/run-child.ts";
import { makeTempDir } from "../parts/temp.ts";

const DOCS = join(REPOSITORY, "docs/performance.md");

/** What is looked at here of what it prints with `--json`. */
interface Printed {
  readonly results: readonly {
    readonly scenario: string;
    readonly rounds: readonly Readonly<Record<string, { readonly peakBytes: number; readonly receivedBytes: number }>>[];
  }[];
}

it("the benchmark measures ours, the official client and the program that AGENTFS_BINARY names, and writes the table", async () => {
  const path = join(await makeTempDir(), "performance.md");
  await copyFile(DOCS, path);
  const only = ["--quick", "--only", "push of one 4 KiB file", "--json", "--write", path];
  const env = { ...COMPILED_ONCE, AGENTFS_BINARY: await fakeAgentfs() };
  const { exitCode, stdout, stderr } = await runChild(nodePath(), ["bench/main.ts", ...only], { cwd: REPOSITORY, env });
  expect(exitCode, stderr).toBe(0);
  const [{ scenario, rounds } = { scenario: "", rounds: [] }, ...others] = (JSON.parse(stdout) as Printed).results;
  expect([scenario, others, rounds.length]).toEqual(["push of one 4 KiB file, 1 MB there", [], 1]);
  expect(Object.keys(rounds[0] ?? {}).toSorted()).toEqual(["agentfs", "official", "ours"]);
  for (const [name, { peakBytes, receivedBytes }] of Object.entries(rounds[0] ?? {})) {
    expect(peakBytes / 2 ** 20, name).toBeGreaterThan(30);
    expect(receivedBytes, name).toBeGreaterThan(500);
  }
  const written = await readFile(path, "utf8");
  const names = [...written.matchAll(/^\| [^|]+\| (ours|official|agentfs) +\|/gm)].map(([, name]) => name);
  expect(names).toEqual(["ours", "official", "agentfs"]);
});

it("docs/performance.md names commands that are there", async () => {
  const docs = await readFile(DOCS, "utf8");
  const { scripts } = JSON.parse(await readFile(join(REPOSITORY, "package.json"), "utf8"));
  expect(docs).toContain("\nnpm run bench -- --write docs/performance.md\n");
  const commands = [...docs.matchAll(/\b(?:npm run|npm) (\w+)/g)].map(([, name = ""]) => name);
  expect(Object.keys(scripts)).toEqual(expect.arrayContaining(commands));
  const programs = [...docs.matchAll(/^.* node_modules\/\.bin\/node (\S+) --write$/gm)].map(([, path = ""]) => path);
  expect(programs).toEqual(["test/decay/main.ts"]);
});
