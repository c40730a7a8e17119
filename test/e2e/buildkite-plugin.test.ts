import { readFile, symlink, writeFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { COMMANDS } from "../../packages/cli/src/commands.ts";
import { flagSpec, isFlagName } from "../../packages/cli/src/flags.ts";
import { makeCommandFolder } from "../parts/gitlab.ts";
import { nodePath, REPOSITORY } from "../parts/programs.ts";
import { startProxy, type TestProxy } from "../parts/proxy.ts";
import { remoteSql } from "../parts/remote-sql.ts";
import { runChild } from "../parts/run-child.ts";
import { startServer } from "../parts/server.ts";
import { makeTempDir } from "../parts/temp.ts";

const TOKEN = "token-of-the-buildkite-test-0123456789";
const FOLDER = join(REPOSITORY, "buildkite");
const ENVIRONMENTS: Readonly<Record<string, Readonly<Record<string, string>>>> = JSON.parse(
  await readFile(join(REPOSITORY, "test/fixtures/ci-environments.json"), "utf8"),
);

let server: string;
let remote: TestProxy;
let path: string;
beforeAll(async () => {
  server = (await startServer()).url;
  remote = await startProxy({ upstream: server, token: TOKEN });
  path = [await makeCommandFolder(), dirname(nodePath()), process.env.PATH].join(delimiter);
});

/** A step as Buildkite's agent runs it: pre-command, the command unless that failed, post-command, each a process of its own. */
async function step(
  options: Readonly<Record<string, string>>,
  command: readonly string[],
  env: Readonly<Record<string, string>> = {},
) {
  const cwd = await makeTempDir();
  await symlink(join(REPOSITORY, "node_modules"), join(cwd, "node_modules"));
  const all = {
    ...ENVIRONMENTS.buildkite,
    PATH: path,
    TURSO_DB_AUTH_TOKEN: TOKEN,
    BUILDKITE_PLUGIN_AGENTFS_SYNC_PROGRAM: "agentfs-sync",
    BUILDKITE_PLUGIN_AGENTFS_SYNC_REMOTE_URL: `${remote.url}`,
    ...Object.fromEntries(Object.entries(options).map(([name, value]) => [`BUILDKITE_PLUGIN_AGENTFS_SYNC_${name}`, value])),
    ...env,
  };
  const hook = (name: string, more = {}) => runChild(join(FOLDER, "hooks", name), [], { cwd, env: { ...all, ...more } });
  const pre = await hook("pre-command");
  const main = await runChild(nodePath(), command, { cwd, env: { ...all, AGENT_ID: "my-agent" } });
  const post = await hook("post-command", { BUILDKITE_COMMAND_EXIT_STATUS: String(main.exitCode) });
  return { pre, main, post };
}

const write = (name: string, code = 0) => [
  fileURLToPath(new URL("../fixtures/agent.mjs", import.meta.url)),
  ".agentfs/my-agent.db",
  name,
  "text",
  String(code),
];

async function namesOnRemote(): Promise<readonly unknown[]> {
  const [rows = []] = await remoteSql(server, [{ sql: "SELECT name FROM fs_dentry ORDER BY name" }]);
  return rows.map(([name]) => name);
}

describe("the Buildkite plugin", () => {
  it("pulls before the command and pushes after it, also after a failure, unless push-on is success", async () => {
    for (const { pre, post } of [
      await step({ AGENTS: "my-agent" }, write("/first")),
      await step({ AGENTS_0: "my-agent" }, write("/second", 3)),
    ]) {
      expect(pre, pre.stderr).toMatchObject({ exitCode: 0, stderr: expect.stringContaining("--- agentfs-sync: pull\n") });
      expect(post, post.stderr).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("my-agent: pushed: 1 file added") });
    }
    const { main, post } = await step({ AGENTS: "my-agent", PUSH_ON: "success" }, write("/third", 3));
    expect([main.exitCode, post.exitCode]).toEqual([3, 0]);
    expect(post.stderr).toContain("push skipped: the job's status is failure, and --push-on is success");
    expect(await namesOnRemote()).toEqual(["first", "second"]);
  });

  it("fails the step when the pull or the push fails", async () => {
    const { pre } = await step({ AGENTS: "my-agent", REMOTE_URL: "http://127.0.0.1:1", TIMEOUT_SECONDS: "1" }, ["-e", ""]);
    expect(pre).toMatchObject({ exitCode: 75, stderr: expect.stringContaining("error[remote-unreachable]") });
  });

  it("does nothing, in one line, without a token, and only reads for a pull request from another repository", async () => {
    const elsewhere = { AGENTS: "my-agent", REMOTE_URL: "libsql://my-agent-acme.turso.io" };
    const without = await step(elsewhere, ["-e", ""], { TURSO_DB_AUTH_TOKEN: "" });
    for (const { exitCode, stdout, stderr } of [without.pre, without.post]) {
      expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: "" });
      expect(stderr).toMatch(/^No token was given to this run .+\n$/);
    }
    const fork = { BUILDKITE_PULL_REQUEST: "7", BUILDKITE_PULL_REQUEST_REPO: "https://github.com/mallory/agents.git" };
    const { post } = await step({ AGENTS: "my-agent" }, write("/theirs"), fork);
    expect(post).toMatchObject({ exitCode: 0, stderr: expect.stringContaining("a pull request comes from another repository") });
    expect(await namesOnRemote()).not.toContain("theirs");
  });

  it("I8: hands the command nothing that it did not have, and shows the token nowhere", async () => {
    const { pre, main, post } = await step({ AGENTS: "my-agent" }, ["-p", "Object.keys(process.env).join()"]);
    expect(main.stdout).not.toMatch(/(^|,)AGENTFS_SYNC_/);
    for (const { stdout, stderr } of [pre, main, post]) expect(stdout + stderr).not.toContain(TOKEN);
  });
});

describe("plugin.yml", () => {
  it("has what Buildkite asks of it, and flags of the command as its options", async () => {
    const plugin = parse(await readFile(join(FOLDER, "plugin.yml"), "utf8"));
    expect(Object.keys(plugin)).toEqual(["name", "description", "author", "requirements", "configuration"]);
    const { properties, required, additionalProperties } = plugin.configuration;
    expect({ required, additionalProperties }).toEqual({ required: ["agents", "remote-url"], additionalProperties: false });
    for (const [name, { enum: words }] of Object.entries<{ enum?: readonly string[] }>(properties)) {
      if (name === "agents" || name === "program") continue;
      if (!isFlagName(name)) throw new Error(`${name} is no flag`);
      expect(COMMANDS.run.flags).toContain(name);
      expect(flagSpec(name).env).toBe(`AGENTFS_SYNC_${name.toUpperCase().replaceAll("-", "_")}`);
      expect(words).toEqual(flagSpec(name).values);
    }
  });

  it("has a configuration that is a JSON schema, which takes the one of the docs and refuses another", async () => {
    const { configuration } = parse(await readFile(join(FOLDER, "plugin.yml"), "utf8"));
    const docs = await readFile(join(REPOSITORY, "docs/other-ci.md"), "utf8");
    const [, block = ""] = /^```yaml buildkite\n(.*?)^```$/ms.exec(docs) ?? [];
    const [plugin] = Object.values<object>(parse(block).steps[0].plugins[0]);
    const folder = await makeTempDir();
    const file = async (name: string, value: unknown) => {
      await writeFile(join(folder, name), JSON.stringify(value));
      return join(folder, name);
    };
    const schema = await file("schema.json", { type: "object", ...configuration });
    const tool = [join(REPOSITORY, "scripts/python-tools.mjs"), "check-jsonschema"];
    const check = async (value: unknown) =>
      (await runChild(nodePath(), [...tool, "--schemafile", schema, await file("value.json", value)])).exitCode;
    expect((await runChild(nodePath(), [...tool, "--check-metaschema", schema])).exitCode).toBe(0);
    expect(await check(plugin)).toBe(0);
    expect(await check({ ...plugin, "auth-token": "secret" })).toBe(1);
    const pipeline = await file("pipeline.json", parse(block));
    const { exitCode, stdout } = await runChild(nodePath(), [...tool, "--builtin-schema", "vendor.buildkite", pipeline]);
    expect(exitCode, stdout).toBe(0);
  });
});
