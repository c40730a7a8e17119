import { existsSync } from "node:fs";
import { chmod, copyFile, readFile, symlink, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { endAll, start } from "../../demo/processes.ts";
import { ERRORS } from "../../packages/core/src/errors.ts";
import { MOST_IN_A_VALUE_BYTES } from "../../packages/core/src/sync/value-sizes.ts";
import { listAgent } from "../parts/agent.ts";
import { freePort } from "../parts/free-port.ts";
import { cliPath, nodePath, REPOSITORY } from "../parts/programs.ts";
import { startProxy } from "../parts/proxy.ts";
import { remoteSql } from "../parts/remote-sql.ts";
import { cleanEnv, runChild } from "../parts/run-child.ts";
import { startServer } from "../parts/server.ts";
import { makeTempDir } from "../parts/temp.ts";

const README = await readFile(join(REPOSITORY, "README.md"), "utf8");
const blocks = (language: string) =>
  [...README.matchAll(/^```(\w+)\n(.*?)^```$/gms)].flatMap((m) => (m[1] === language ? [m[2] ?? ""] : []));
const shellBlock = (start: string) => blocks("sh").find((block) => block.startsWith(start)) ?? `no block starts with ${start}`;

/** A machine on which the README's commands are installed, and its `agent.mjs` lies ready. */
async function machine() {
  const folder = await makeTempDir();
  const command = join(await makeTempDir(), "agentfs-sync");
  await writeFile(command, `#!/bin/sh\nexec '${nodePath()}' '${cliPath()}' "$@"\n`);
  await chmod(command, 0o755);
  await symlink(join(REPOSITORY, "node_modules"), join(folder, "node_modules"));
  await writeFile(join(folder, "agent.mjs"), blocks("js")[0] ?? "");
  const path = [join(command, ".."), join(nodePath(), ".."), process.env.PATH].join(delimiter);
  return {
    folder,
    env: { PATH: path },
    shell: (script: string) => runChild("bash", ["-ec", script], { cwd: folder, env: { PATH: path } }),
  };
}

afterAll(endAll);

describe("CONTRIBUTING.md", () => {
  it("names files and folders that are there", async () => {
    const text = await readFile(join(REPOSITORY, "CONTRIBUTING.md"), "utf8");
    const paths = [...text.matchAll(/`((?:packages|scripts|templates|test|demo|docs)\/[^` ]*)`/g)].map(([, path = ""]) => path);
    expect(paths.length).toBeGreaterThan(15);
    expect(paths.filter((path) => !existsSync(join(REPOSITORY, path)))).toEqual([]);
  });
});

describe("the README", () => {
  it("links to files that are there", () => {
    const links = [...README.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, path = ""]) => path);
    expect(links.length).toBeGreaterThan(2);
    expect(links.filter((path) => !existsSync(join(REPOSITORY, path)))).toEqual([]);
  });

  it("shows a workflow of 8 lines that sets what the Action requires and nothing that it does not know", async () => {
    const [workflow = ""] = blocks("yaml");
    expect(workflow.trimEnd().split("\n")).toHaveLength(8);
    const steps: { uses?: string; with?: object }[] = parse(workflow).jobs.agent.steps;
    const given = Object.keys(steps.find(({ uses }) => uses?.startsWith("agentfs-sync/agentfs-sync@"))?.with ?? {});
    const action: { inputs: Record<string, { required?: boolean }> } = parse(
      await readFile(join(REPOSITORY, "action.yml"), "utf8"),
    );
    const required = Object.entries(action.inputs).flatMap(([name, input]) => (input.required === true ? [name] : []));
    expect(Object.keys(action.inputs)).toEqual(expect.arrayContaining(given));
    expect(given).toEqual(expect.arrayContaining(required));
  });

  it("shows a GitLab job that sets what the component requires and nothing that it does not know", async () => {
    const { include } = parse(blocks("yaml")[1] ?? "");
    const given = Object.keys(include[0].inputs);
    const [header] = parseAllDocuments(await readFile(join(REPOSITORY, "templates/agentfs-sync/template.yml"), "utf8"));
    const inputs: Record<string, { default?: unknown }> = header?.toJS().spec.inputs;
    const required = Object.entries(inputs).flatMap(([name, input]) => (input.default === undefined ? [name] : []));
    expect(Object.keys(inputs)).toEqual(expect.arrayContaining(given));
    expect(given).toEqual(expect.arrayContaining(required));
  });

  it("lists every exit code there is", () => {
    const table = README.slice(README.indexOf("## What do the exit codes mean?"));
    const listed = [...table.matchAll(/^\| (\d[\d, ]*) \|/gm)].flatMap(([, codes = ""]) => codes.split(",").map(Number));
    const all = new Set([0, ...Object.values(ERRORS).map(({ exitCode }) => exitCode)]);
    expect(listed).toEqual([...all].sort((a, b) => a - b));
  });

  it("says how long a value may be", () => {
    expect(README).toContain(`may have up to ${MOST_IN_A_VALUE_BYTES / 2 ** 20} MiB`);
  });

  it("names npm scripts that are there", async () => {
    const { scripts } = JSON.parse(await readFile(join(REPOSITORY, "package.json"), "utf8"));
    const named = [...README.matchAll(/^npm (?:run )?(\w+)$/gm)].map(([, name = ""]) => name);
    expect(named).toEqual(["demo", "test"]);
    expect(Object.keys(scripts)).toEqual(expect.arrayContaining(named));
  });

  it("has no command that no test runs", () => {
    const tested = [
      /^npm (run demo|test)$/, // demo.test.ts, npm-test.test.ts
      /^npm install --global agentfs-sync$/, // what it installs is checked by the steps package-core and package-cli
      /^export /,
      /^agentfs-sync (serve|run|pull|status|diff|verify|push|sync|--help)/, // below
      /^agentfs-sync rescue (list|export|push)/, // below
    ];
    const commands = blocks("sh").flatMap((block) => block.trimEnd().split("\n"));
    expect(commands.filter((command) => !tested.some((pattern) => pattern.test(command)))).toEqual([]);
  });

  it("tries it on one machine, and the second run of the agent remembers the first", async () => {
    const { folder, env, shell } = await machine();
    const port = String(await freePort());
    const [, ...serve] = shellBlock("agentfs-sync serve").trim().replace("8080", port).split(" ");
    const options = { name: "serve", cwd: folder, env: { ...cleanEnv(), ...env }, say: () => undefined };
    const server = start(nodePath(), [cliPath(), ...serve], options);
    await server.line(new RegExp(`http://127\\.0\\.0\\.1:${port}`));
    const job = shellBlock("export AGENTFS_SYNC_AGENT").replace("8080", port);
    expect(await shell(job)).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("This is run 1.") });
    const again = await shell(job);
    expect(again).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("This is run 2.") });
    expect(JSON.parse(again.stdout.slice(again.stdout.indexOf("\n{")))).toMatchObject({ command: "sync", ok: true });
    const { files } = await listAgent(join(folder, ".agentfs/my-agent.db"));
    expect(Object.keys(files)).toEqual(["/notes/run-1.md", "/notes/run-2.md"]);
  });

  it("runs in any CI, with a token in the environment", async () => {
    const { folder, shell } = await machine();
    const proxy = await startProxy({ upstream: (await startServer()).url, token: "right" });
    const script = shellBlock("npm install --global")
      .replace(/^npm install.*\n/, "")
      .replace("TURSO_DB_AUTH_TOKEN=…", "TURSO_DB_AUTH_TOKEN=right")
      .replace("libsql://my-agent-acme.turso.io", proxy.url)
      .replace("npx my-agent", "node agent.mjs");
    expect(await shell(script)).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("This is run 1.") });
    const fresh = await machine();
    expect(await fresh.shell(script)).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("This is run 2.") });
    expect(folder).not.toBe(fresh.folder);
  });

  it("rescues what could not be pushed, from another machine", async () => {
    const [{ url }, here, elsewhere] = [await startServer(), await machine(), await machine()];
    const target = `export AGENTFS_SYNC_AGENT=my-agent AGENTFS_SYNC_REMOTE_URL=${url}`;
    await here.shell(`${target}\nagentfs-sync pull\nnode agent.mjs\nagentfs-sync push --remote-url http://127.0.0.1:1 || true`);
    const [list = "", save = "", push = ""] = shellBlock("agentfs-sync rescue list").trimEnd().split("\n");
    expect(await here.shell(`${list}\n${save}`)).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("1 file added") });
    await copyFile(join(here.folder, "my-agent.rescue"), join(elsewhere.folder, "my-agent.rescue"));
    const command = push.replace("libsql://my-agent-acme.turso.io", url);
    expect(await elsewhere.shell(command)).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining("pushed: 1 file added"),
    });
    expect(await here.shell(`${target}\nagentfs-sync sync`)).toMatchObject({ exitCode: 0 });
    expect(await remoteSql(url, [{ sql: "SELECT name FROM fs_dentry" }])).toEqual([[["notes"], ["run-1.md"]]]);
  });

  it("shows the help of the program and of a command", async () => {
    const { shell } = await machine();
    expect(await shell(shellBlock("agentfs-sync --help"))).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining("--remote-url"),
    });
  });
});
