import { readFile, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { runAct } from "../parts/act.ts";
import { nodePath, REPOSITORY } from "../parts/programs.ts";
import { startProxy } from "../parts/proxy.ts";
import { runChild } from "../parts/run-child.ts";
import { startServer } from "../parts/server.ts";
import { makeTempDir } from "../parts/temp.ts";

const TOKEN = "token-of-the-docs-test-0123456789";
const DOCS = await readFile(join(REPOSITORY, "docs/github-action.md"), "utf8");
const REVERT = await readFile(join(REPOSITORY, "docs/revert.md"), "utf8");
const BLOCKS = [...`${DOCS}${REVERT}`.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, text = ""]) => text);

interface Field {
  readonly description: string;
  readonly required?: boolean;
  readonly default?: string;
}
const action: Readonly<Record<"inputs" | "outputs", Readonly<Record<string, Field>>>> = parse(
  await readFile(join(REPOSITORY, "action.yml"), "utf8"),
);

interface Workflow {
  readonly jobs: Readonly<
    Record<string, { readonly steps: readonly { readonly uses?: string; readonly with?: Readonly<Record<string, string>> }[] }>
  >;
}
const usesOf = (text: string) =>
  Object.values((parse(text) as Workflow).jobs)
    .flatMap(({ steps }) => steps)
    .filter(({ uses }) => uses?.startsWith("agentfs-sync/agentfs-sync@"));

/** The lines of the table that a comment stands above. */
function rowsBelow(marker: string): readonly string[] {
  const [, after = ""] = DOCS.split(`<!-- ${marker} -->\n`);
  return (after.split("\n## ")[0] ?? "").split("\n").filter((line) => line.startsWith("| `"));
}

describe("docs/github-action.md", () => {
  it("has workflows that GitHub's schema takes", async () => {
    expect(BLOCKS.length).toBeGreaterThan(2);
    const folder = await makeTempDir();
    const files = BLOCKS.map((_, index) => join(folder, `${index}.yml`));
    for (const [index, file] of files.entries()) await writeFile(file, BLOCKS[index] ?? "");
    const tool = [
      join(REPOSITORY, "scripts/python-tools.mjs"),
      "check-jsonschema",
      "--builtin-schema",
      "vendor.github-workflows",
    ];
    const { exitCode, stdout, stderr } = await runChild(nodePath(), [...tool, ...files]);
    expect(exitCode, stdout + stderr).toBe(0);
    await writeFile(files[0] ?? "", "on: push\njobs: none\n");
    expect((await runChild(nodePath(), [...tool, ...files])).exitCode).toBe(1);
  });

  it("gives the Action what it requires, and nothing that it does not know", () => {
    const required = Object.entries(action.inputs).flatMap(([name, input]) => (input.required === true ? [name] : []));
    const uses = BLOCKS.flatMap(usesOf);
    expect(uses.length).toBe(BLOCKS.length);
    for (const { with: given = {} } of uses) {
      expect(Object.keys(action.inputs)).toEqual(expect.arrayContaining(Object.keys(given)));
      expect(Object.keys(given)).toEqual(expect.arrayContaining(required));
    }
  });

  it("describes each input and output as action.yml does", () => {
    const line = ([name, { description, default: fallback }]: readonly [string, Field]) =>
      `| \`${name}\` | ${fallback === undefined || name === "job-status" ? "" : `\`${fallback}\``} | ${description.trim()} |`;
    expect(rowsBelow("inputs")).toEqual(Object.entries(action.inputs).map(line));
    expect(rowsBelow("outputs")).toEqual(
      Object.entries(action.outputs).map(([name, { description }]) => `| \`${name}\` | ${description.trim()} |`),
    );
  });

  it("starts with a workflow that works as it is", async () => {
    const remote = await startProxy({ upstream: (await startServer()).url, token: TOKEN });
    const text = (BLOCKS[0] ?? "")
      .replace("agentfs-sync/agentfs-sync@v1", "./")
      .replace("libsql://my-agent-acme.turso.io", remote.url)
      .replace("- run: node", `- run: ln -s '${join(REPOSITORY, "node_modules")}' node_modules && node`);
    const file = join(await makeTempDir(), "first.yml");
    await writeFile(file, text);
    const { exitCode, stdout, stderr } = await runAct({
      workflow: relative(join(REPOSITORY, "test/workflows"), file),
      vars: {},
      secrets: { AGENT_TOKEN: TOKEN },
    });
    expect(exitCode, stdout + stderr).toBe(0);
    expect(stdout).toMatch(/my-agent: pushed: 1 file added, 1 key added/);
  });
});
