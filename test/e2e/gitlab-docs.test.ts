import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import { COMPONENTS } from "../../scripts/gitlab-inputs.ts";
import { between } from "../parts/between.ts";
import { type GitLabProject, gitLabProject } from "../parts/gitlab.ts";
import { REPOSITORY } from "../parts/programs.ts";
import { startProxy } from "../parts/proxy.ts";
import { startServer } from "../parts/server.ts";

const TOKEN = "token-of-the-gitlab-docs-0123456789";
const DOCS = await readFile(join(REPOSITORY, "docs/gitlab.md"), "utf8");
const BLOCKS = [...DOCS.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, text = ""]) => text);

interface Input {
  readonly description: string;
  readonly default?: unknown;
  readonly options?: readonly string[];
}

/** The components of this commit in place of those of a release. */
const ofThisCommit = (text: string) =>
  text
    .replaceAll("/my-group/agentfs-sync/", "/$CI_PROJECT_PATH/")
    .replaceAll(/(agentfs-sync(-steps)?)@1$/gm, "$1@$CI_COMMIT_SHA")
    .replace(/remote: https:\S+(\/templates\S+)/, "local: $1");

describe("docs/gitlab.md", () => {
  let project: GitLabProject;
  beforeAll(async () => {
    project = await gitLabProject("gitlab.yml");
  }, 300_000);

  it("has pipelines that GitLab's schema takes, with the components as they are now", async () => {
    expect(BLOCKS.length).toBeGreaterThan(4);
    for (const block of [...BLOCKS, "agent: { script: 3 }\n"]) {
      await writeFile(join(project.folder, ".gitlab-ci.yml"), ofThisCommit(block));
      const { exitCode, stdout, stderr } = await project.run({}, "--list");
      expect({ exitCode, said: stdout + stderr }).toEqual({
        exitCode: block.includes("script: 3") ? 1 : 0,
        said: expect.stringContaining(block.includes("script: 3") ? "script" : "json schema validated"),
      });
    }
  });

  it("starts with a pipeline that works as it is", async () => {
    const remote = await startProxy({ upstream: (await startServer()).url, token: TOKEN });
    const text = ofThisCommit(BLOCKS[0] ?? "")
      .replace("libsql://my-agent-acme.turso.io", remote.url)
      .replace(
        "command: node",
        `program: agentfs-sync\n      command: ln -s '${join(REPOSITORY, "node_modules")}' node_modules && node`,
      );
    await writeFile(join(project.folder, ".gitlab-ci.yml"), text);
    const { exitCode, stdout, stderr } = await project.run({ TURSO_DB_AUTH_TOKEN: TOKEN });
    expect(exitCode, stdout + stderr).toBe(0);
    expect(stderr).toMatch(/my-agent: pushed: 1 file added, 1 key added/);
  });

  it("lists the inputs of the components as they are", async () => {
    const inputs = new Map<string, Input>();
    for (const { file } of COMPONENTS) {
      const [header] = parseAllDocuments(await readFile(file, "utf8"));
      for (const [name, input] of Object.entries<Input>(header?.toJS().spec.inputs))
        if (!inputs.has(name)) inputs.set(name, input);
    }
    const rows = [...inputs].map(([name, { description, default: fallback, options = [] }]) => {
      const words = options.length === 0 ? "" : ` One of ${options.map((word) => `\`${word}\``).join(", ")}.`;
      const shown = fallback === undefined ? "required" : fallback === "" ? "" : `\`${String(fallback)}\``;
      return `| \`${name}\` | ${shown} | ${description.trim().replaceAll("|", "\\|")}${words} |`;
    });
    expect(between(DOCS, "inputs")).toBe(["| input | default | |", "| --- | --- | --- |", ...rows].join("\n"));
  });
});
