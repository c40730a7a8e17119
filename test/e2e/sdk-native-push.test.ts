import { readFile, writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { execaRunner } from "../../packages/core/src/agentfs-cli/execa-runner.ts";
import { AgentFSCLI, type CommandRequest, type CommandRunner, type SyncConfigInput } from "../../packages/core/src/index.ts";
import { agentfsPath } from "../parts/agentfs-program.ts";
import { cleanEnv } from "../parts/run-child.ts";
import { failureOf, type SdkWorld, sdkWorld, TOKEN } from "../parts/sdk-world.ts";

const binary = await agentfsPath();
const cli = new AgentFSCLI({ binary, env: cleanEnv() });
const isPush = ({ argv }: CommandRequest) => argv[0] === "sync" && argv.includes("push");

/** A replica with a file that was not pushed; `runner` starts the program for its manager. */
async function unpushed(world: SdkWorld, runner: CommandRunner, input: Partial<SyncConfigInput> = {}) {
  const made = await world.machine({ engine: "agentfs" }, { cli });
  await made.manager.pull();
  await cli.fs.write({ idOrPath: "bot", directory: made.directory, authToken: TOKEN }, "/a.txt", "a");
  const own = new AgentFSCLI({ binary, env: cleanEnv(), runner });
  return world.machine({ engine: "agentfs", directory: made.directory, ...input }, { cli: own });
}

test("I1: a push that the program calls done, and of which nothing arrived, is a failure", async () => {
  const world = await sdkWorld();
  const nothing = new Uint8Array();
  const ok = { exitCode: 0, signal: null, stdout: nothing, stderr: nothing, durationMs: 1, endedBy: null };
  const { manager } = await unpushed(world, async (request) => (isPush(request) ? ok : execaRunner(request)));
  const error = await failureOf(() => manager.push());
  expect(error).toMatchObject({ code: "replica-copied", exitCode: 7, operation: "push", details: { lastArrived: 0 } });
  expect(error.hint).toContain("Keep a copy");
});

test("a push after which the remote cannot be asked is pushed, and unverified", async () => {
  const world = await sdkWorld();
  const { manager, directory } = await unpushed(
    world,
    async (request) => {
      const end = await execaRunner(request);
      if (isPush(request)) world.setFault({ status: 503, body: "gone" });
      return end;
    },
    { timeoutMs: 3000 },
  );
  expect(await manager.push()).toMatchObject({ outcome: "pushed-unverified" });
  world.setFault(undefined);
  const again = await world.machine({ engine: "agentfs", directory }, { cli });
  expect(await again.manager.push()).toMatchObject({ outcome: "unchanged" });
});

test("a sync of which only the pull failed says what was pushed", async () => {
  const world = await sdkWorld();
  const { manager } = await unpushed(world, async (request) => {
    if (request.argv.includes("pull")) world.setFault({ status: 403, body: "no" });
    return execaRunner(request);
  });
  expect(await failureOf(() => manager.sync())).toMatchObject({
    code: "forbidden",
    operation: "pull",
    details: { push: { outcome: "pushed" } },
  });
});

test("I8: the token does not go to an address that the program has noted and that is not encrypted", async () => {
  const world = await sdkWorld();
  const { manager } = await unpushed(world, execaRunner, { remoteUrl: undefined });
  const path = `${manager.databasePath}-info`;
  await writeFile(path, (await readFile(path, "utf8")).replace(world.remoteUrl, "http://10.255.255.1"));
  const error = await failureOf(() => manager.push());
  expect(error).toMatchObject({ code: "config-invalid", message: expect.stringContaining("is not encrypted") });
});
