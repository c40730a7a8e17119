import { readFile, symlink, writeFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import type { CiSystem } from "../../packages/cli/src/ci/system.ts";
import { CI_SYSTEMS } from "../../packages/cli/src/ci/systems.ts";
import { between } from "../parts/between.ts";
import { makeCommandFolder } from "../parts/gitlab.ts";
import { nodePath, REPOSITORY } from "../parts/programs.ts";
import { startProxy } from "../parts/proxy.ts";
import { remoteSql } from "../parts/remote-sql.ts";
import { runChild } from "../parts/run-child.ts";
import { startServer } from "../parts/server.ts";
import { makeTempDir } from "../parts/temp.ts";

const DOCS = await readFile(join(REPOSITORY, "docs/other-ci.md"), "utf8");
const ENVIRONMENTS: Readonly<Record<string, Readonly<Record<string, string>>>> = JSON.parse(
  await readFile(join(REPOSITORY, "test/fixtures/ci-environments.json"), "utf8"),
);
const BLOCKS = [...DOCS.matchAll(/^```(\w+)(?: ([\w-]+))?\n(.*?)^```$/gms)].map(([, language, kind = "", text = ""]) => ({
  language,
  kind,
  text,
}));
/** Azure's schema has escapes that a regular expression in Unicode mode refuses. */
const VARIANT = ["--regex-variant", "nonunicode"];
/** By the schema that a block names: the environments that its lines are run in. */
const RECIPES = {
  "circle-ci": ["circleci"],
  "azure-pipelines": ["azure"],
  "github-workflows": ["forgejo", "gitea"],
  "woodpecker-ci": ["woodpecker"],
  "bitbucket-pipelines": ["bitbucket"],
  jenkins: ["jenkins"],
} as const;

function row({ title, source, marker, jobStatus, grouping, masking, provenance, strangers }: CiSystem): string {
  const { variable, value } = marker;
  const names = [
    provenance.repository,
    provenance.commit,
    ...[...provenance.runUrl.matchAll(/\{(\w+)\}/g)].map(([, name]) => name),
  ];
  const cells = [
    `[${title}](${source})`,
    value === null ? `\`${variable}\` is set` : `\`${variable}\` is \`${value}\``,
    jobStatus === null ? "–" : `\`${jobStatus.variable}\``,
    grouping === null ? "–" : grouping.shown,
    masking,
    [...new Set(names)].map((name) => `\`${name}\``).join(", "),
    strangers,
  ];
  return `| ${cells.join(" | ")} |`;
}

describe("docs/other-ci.md", () => {
  let url: string;
  let server: string;
  let path: string;

  beforeAll(async () => {
    server = (await startServer()).url;
    url = (await startProxy({ upstream: server, token: "right" })).url;
    path = [await makeCommandFolder(), dirname(nodePath()), process.env.PATH].join(delimiter);
  });

  /** Runs shell lines of the page, with the command in place of the download, and an agent. */
  async function run(lines: readonly string[], env: Readonly<Record<string, string>>) {
    const cwd = await makeTempDir();
    await symlink(join(REPOSITORY, "node_modules"), join(cwd, "node_modules"));
    const agent = join(REPOSITORY, "test/workflows/agent.mjs");
    const script = lines
      .join("\n")
      .replaceAll("npx --yes agentfs-sync@0.1.0", "agentfs-sync")
      .replaceAll("npx my-agent", `node agent.mjs write /${env.CI_ID ?? "plain"} text`)
      .replaceAll("libsql://my-agent-acme.turso.io", url);
    await writeFile(join(cwd, "agent.mjs"), await readFile(agent));
    return runChild("bash", ["-ec", script], {
      cwd,
      env: { PATH: path, TURSO_DB_AUTH_TOKEN: "right", AGENT_ID: "my-agent", ...env },
    });
  }

  it("shows what the table knows of each CI", () => {
    const head = [
      "| CI | known by | job's status | sections | hides in logs | provenance | with `--trust auto` only reads when |",
      "| --- | --- | --- | --- | --- | --- | --- |",
    ];
    expect(between(DOCS, "systems")).toBe([...head, ...CI_SYSTEMS.map(row)].join("\n"));
  });

  it("has recipes that the schemas of those CIs take", async () => {
    const kinds = BLOCKS.filter(({ language }) => language === "yaml").map(({ kind }) => kind);
    expect(kinds.sort()).toEqual(["buildkite", ...Object.keys(RECIPES).filter((kind) => kind !== "jenkins")].sort());
    const folder = await makeTempDir();
    for (const { kind, text } of BLOCKS.filter(({ language }) => language === "yaml")) {
      const file = join(folder, `${kind}.yml`);
      await writeFile(file, text);
      const tool = [
        join(REPOSITORY, "scripts/python-tools.mjs"),
        "check-jsonschema",
        ...VARIANT,
        "--builtin-schema",
        `vendor.${kind}`,
      ];
      const { exitCode, stdout, stderr } = await runChild(nodePath(), [...tool, file]);
      expect(exitCode, kind + stdout + stderr).toBe(0);
    }
  });

  it("starts with lines that work as they are", async () => {
    const text = BLOCKS.find(({ language }) => language === "sh")?.text ?? "";
    const { exitCode, stderr } = await run(text.trimEnd().split("\n"), {});
    expect(exitCode, stderr).toBe(0);
    expect(stderr).toContain("my-agent: pushed: 1 file added");
  });

  it.each(Object.entries(RECIPES))("%s: pulls, runs and pushes, and the remote knows from where", async (kind, systems) => {
    const text = BLOCKS.find((block) => block.kind === kind)?.text ?? "";
    const settings = Object.fromEntries(
      [...text.matchAll(/(AGENTFS_SYNC_\w+)(?:=|: | = ')([^\s']+)/g)].map(([, name, value]) => [name, value]),
    );
    settings.AGENTFS_SYNC_REMOTE_URL = url;
    expect(settings).toMatchObject({ AGENTFS_SYNC_AGENT: "my-agent", AGENTFS_SYNC_TRUST: "auto" });
    const lines = [...text.matchAll(/^.*?(?:- (?:run: |script: )?|sh ')((?:npx|export) [^'\n]+)/gm)].map(([, line = ""]) => line);
    expect(lines.at(-1)).toContain("run -- npx my-agent");
    for (const id of systems) {
      const { exitCode, stderr } = await run(lines, { ...ENVIRONMENTS[id], ...settings, CI_ID: id });
      expect(exitCode, stderr).toBe(0);
      expect(stderr).toContain("my-agent: pushed: 1 file added");
      const sql = "SELECT provenance FROM agentfs_sync_log ORDER BY sequence DESC LIMIT 1";
      const [[[provenance]] = [[null]]] = (await remoteSql(server, [{ sql }])) as [[[string]]];
      expect(JSON.parse(provenance ?? "")).toMatchObject({ ci: id, trust: "trusted" });
    }
  });
});
