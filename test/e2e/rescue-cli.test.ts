import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, test } from "vitest";
import { runCli } from "../parts/cli.ts";
import { failedPush } from "../parts/failed-push.ts";
import { pulled } from "../parts/machine.ts";
import { text } from "../parts/ops.ts";
import { startProxy } from "../parts/proxy.ts";
import { contentOf } from "../parts/pulled-setting.ts";
import { makeTempDir } from "../parts/temp.ts";

describe("agentfs-sync rescue", () => {
  it("I8: lists, exports and pushes; with --json each prints one object; the token is in no file and no line", async () => {
    const { url, m, pushId } = await failedPush(text("/new", "n"));
    const secured = await startProxy({ upstream: url, token: "s3cret-token" });
    const env = { TURSO_DB_AUTH_TOKEN: "s3cret-token" };
    const listed = await runCli(["rescue", "list"], { cwd: m.dir, env });
    expect(listed).toMatchObject({
      exitCode: 0,
      stderr: "",
      stdout: expect.stringMatching(/^bot: [0-9a-f-]{36}: could not be pushed at .*: 1 file added; /),
    });
    const { json } = await runCli(["rescue", "list", "--json"], { cwd: m.dir });
    expect(json).toMatchObject({
      version: 1,
      command: "rescue",
      ok: true,
      exitCode: 0,
      agents: [{ agent: "bot", bundles: [{ pushId }] }],
    });

    const away = await makeTempDir();
    const file = join(away, "bot.rescue");
    expect(await runCli(["rescue", "export", file], { cwd: m.dir, env })).toMatchObject({ exitCode: 0, stderr: "" });
    const twice = await runCli(["rescue", "export", file, "--json"], { cwd: m.dir, env });
    expect(twice).toMatchObject({ exitCode: 2, json: { command: "rescue", ok: false, error: { code: "config-invalid" } } });

    const target = ["--remote-url", secured.url];
    const refused = await runCli(["rescue", "push", file, ...target], { cwd: away });
    expect(refused).toMatchObject({ exitCode: 3, stderr: expect.stringContaining("error[unauthorized]: bot: ") });
    const pushed = await runCli(["rescue", "push", "bot.rescue", ...target, "--json"], { cwd: away, env });
    expect(pushed).toMatchObject({ exitCode: 0, json: { command: "rescue", agents: [{ push: { outcome: "pushed", pushId } }] } });
    const again = await runCli(["rescue", "push", file, ...target], { cwd: away, env });
    expect(again).toMatchObject({
      exitCode: 0,
      stdout: "bot: nothing to push\n",
      stderr: expect.stringContaining("was made before"),
    });
    // A push, from wherever, leaves the bundle that takes it back, and nothing else.
    expect((await readdir(away)).sort()).toEqual([".agentfs", "bot.rescue"]);
    expect(await readdir(join(away, ".agentfs"), { recursive: true })).toEqual([
      ".sync",
      ".sync/bot",
      ".sync/bot/lock",
      ".sync/bot/undo",
      expect.stringMatching(/^\.sync\/bot\/undo\/\d+-[0-9a-f-]{36}\.undo$/),
    ]);
    expect(contentOf((await pulled(url)).files, "/new")).toBe("n");
    for (const { stdout, stderr } of [listed, refused, pushed, again]) expect(stdout + stderr).not.toContain("s3cret-token");
  });

  it("status names what is kept, and how to see it", async () => {
    const { m, url, pushId } = await failedPush(text("/new", "n"));
    const { stdout } = await runCli(["status", "--agent", "bot", "--remote-url", url], { cwd: m.dir });
    expect(stdout).toContain(`push ${pushId}, not settled or set aside (see \`agentfs-sync rescue list\`)`);
  });

  it("where there is no agent, list says so", async () => {
    const cwd = await makeTempDir();
    const { exitCode, stderr, stdout } = await runCli(["rescue", "list"], { cwd });
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: "" });
    expect(stderr).toBe(`There is no agent in ${join(cwd, ".agentfs")}\n`);
  });
});

test.each([
  [[], /`rescue` needs to be told what to do: list, export, push\./],
  [["lits"], /`rescue` has no action "lits": list, export, push\. Did you mean "list"\?/],
  [["list", "x"], /`rescue list` takes neither a file nor --push-id\./],
  [["list", "--push-id", "x"], /`rescue list` takes neither/],
  [["export"], /`rescue export` needs the name of the file to write\./],
  [["export", "a", "b"], /`rescue export` takes no argument "b"\./],
  [["push"], /`rescue push` takes either the file of a bundle, or --push-id ID/],
  [["push", "a", "--push-id", "x"], /`rescue push` takes either/],
  [["push", "a", "--adopt"], /The command "rescue" has no flag --adopt\./],
])("rescue %j: exit 2, says why, writes nothing", async (args, message) => {
  const cwd = await makeTempDir();
  const { exitCode, stderr, stdout } = await runCli(["rescue", ...args], { cwd });
  expect(stderr).toMatch(/^error\[usage\]: .+\n {2}hint: .+\n$/);
  expect(stderr).toMatch(message);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
  expect(await readdir(cwd)).toEqual([]);
});
