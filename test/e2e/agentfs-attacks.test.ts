import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { AgentFSCLI, type ErrorCode } from "../../packages/core/src/index.ts";
import { agentfsPath } from "../parts/agentfs-program.ts";
import { cleanEnv } from "../parts/run-child.ts";
import { failureOf, sdkWorld, TOKEN } from "../parts/sdk-world.ts";
import { makeTempDir } from "../parts/temp.ts";

const cli = new AgentFSCLI({ binary: await agentfsPath(), env: cleanEnv() });

/** A shell script that stands in the place of the program. */
async function script(text: string): Promise<AgentFSCLI> {
  const binary = join(await makeTempDir(), "agentfs");
  await writeFile(binary, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  return new AgentFSCLI({ binary, env: cleanEnv() });
}

const configFor = async (changes: object = {}) => ({ idOrPath: "bot", directory: await makeTempDir(), ...changes });

test.for<[what: string, text: string]>([
  ["knows no --version", "echo 'unknown option' >&2; exit 2"],
  ["is ended by a signal", "kill -9 $$"],
])("another program, which %s", async ([, text]) => {
  const other = await script(text);
  const error = await failureOf(() => other.version());
  expect(error).toMatchObject({ code: "agentfs-unsupported", operation: "version", cause: { code: "agentfs-failed" } });
});

test("a program without a name", () => {
  expect(() => new AgentFSCLI({ binary: "" })).toThrow(expect.objectContaining({ code: "config-invalid" }));
});

test.for<[what: string, text: string]>([
  ["it is waiting for", "sleep 60; exit 0"],
  ["it has left behind", "sleep 60 & exit 0"],
])("network timeout: also while a program holds the output that %s", async ([, text]) => {
  const program = await script(`case "$1" in --version) echo agentfs v0.6.4 ;; *) ${text} ;; esac`);
  const config = await configFor({ timeoutMs: 500 });
  const tooLate = sleep(30_000, "still waiting", { ref: false });
  const ended = await Promise.race([failureOf(() => program.syncPull(config)), tooLate]);
  expect(ended).toMatchObject({ code: "remote-timeout", operation: "pull" });
});

describe("what is not done", () => {
  test("I8: a write of the token, which would be an argument", async () => {
    const config = await configFor({ authToken: TOKEN });
    const error = await failureOf(() => cli.fs.write(config, "/a.txt", `my ${TOKEN}\n`));
    expect(error).toMatchObject({ code: "config-invalid", operation: "fs-write" });
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(TOKEN);
  });

  test.for<[what: string, content: string, code: ErrorCode]>([
    ["a NUL", "a\0b", "unsupported-value"],
    ["more than the system takes as an argument", "x\n".repeat(4_000_000), "too-large"],
  ])("a write of %s, which says what to do in one line", async ([, content, code]) => {
    const config = await configFor();
    const error = await failureOf(() => cli.fs.write(config, "/a.txt", content));
    expect(error).toMatchObject({ code, operation: "fs-write", hint: expect.stringContaining("agentfs-sdk") });
    expect(error.message.split("\n")).toHaveLength(1);
    expect(error.message.length).toBeLessThan(600);
  });

  test("I9: a push with a configuration that only reads", async () => {
    const { remoteUrl } = await sdkWorld();
    const { idOrPath, ...config } = await configFor({ remoteUrl, authToken: TOKEN });
    await cli.init(idOrPath, config);
    const readOnly = { ...config, idOrPath, readOnly: true };
    expect(await failureOf(() => cli.syncPush(readOnly))).toMatchObject({ code: "config-invalid", operation: "push" });
    expect(await cli.syncPull(readOnly)).toMatchObject({ success: true });
  });
});
