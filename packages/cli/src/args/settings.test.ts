import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseConfig, SyncError } from "@agentfs-sync/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseInvocation } from "./invocation.ts";
import { type Environment, resolveSettings, type Settings } from "./settings.ts";

let dir = "";
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "agentfs-sync-settings-"));
});
afterAll(() => rm(dir, { recursive: true }));

let files = 0;
async function file(content: string | object): Promise<string> {
  files += 1;
  const path = join(dir, `file-${files}`);
  await writeFile(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

const settings = (argv: readonly string[], env: Environment = {}): Settings =>
  resolveSettings(parseInvocation(["run", ...argv, "--", "true"]).flags, env);

function refusal(act: () => unknown): { code: string; message: string; hint: string } {
  try {
    act();
  } catch (error) {
    if (error instanceof SyncError) return { code: error.code, message: error.message, hint: error.hint };
    throw error;
  }
  throw new Error("nothing was refused");
}

describe("precedence", () => {
  test("a flag comes before the environment, the environment before the file, the file before the default", async () => {
    const config = await file({ conflict: "ours", concurrency: 2, "push-on": "never" });
    const env = { AGENTFS_SYNC_CONFLICT: "theirs", AGENTFS_SYNC_CONCURRENCY: "3" };
    const all = settings(["--config", config, "--conflict", "fail"], env);
    expect(all.config.conflict).toBe("fail");
    expect(all.config.concurrency).toBe("3");
    expect(all.pushOn).toBe("never");
    expect(all.failOn).toBe("any");
    expect(settings(["--config", config]).config.conflict).toBe("ours");
    expect(settings([], env).config.conflict).toBe("theirs");
    expect(settings([]).pushOn).toBe("always");
  });

  test("agents of a flag replace those of the environment instead of adding to them", () => {
    expect(settings(["--agent", "a, b", "--agent", "c"], { AGENTFS_SYNC_AGENT: "d" }).config.agents).toEqual(["a", "b", "c"]);
    expect(settings([], { AGENTFS_SYNC_AGENT: "d,e\nf" }).config.agents).toEqual(["d", "e", "f"]);
  });

  test("an empty variable is no value, as CI systems set it for an input that was not given", () => {
    const empty = { AGENTFS_SYNC_DIRECTORY: "", AGENTFS_SYNC_READ_ONLY: "", AGENTFS_SYNC_PUSH_ON: " ", TURSO_DB_AUTH_TOKEN: "" };
    expect(settings([], empty)).toEqual(settings([]));
  });

  test("every variable of the table is read", () => {
    const { config, pushOn, failOn, reportFile, htmlFile, outputFile } = settings([], {
      AGENTFS_SYNC_AGENT: "a",
      AGENTFS_SYNC_REMOTE_URL: "libsql://{agent}.example.com",
      AGENTFS_SYNC_DIRECTORY: "here",
      AGENTFS_SYNC_CONFLICT: "ours",
      AGENTFS_SYNC_PUSH_ON: "success",
      AGENTFS_SYNC_FAIL_ON: "pull",
      AGENTFS_SYNC_READ_ONLY: "true",
      AGENTFS_SYNC_TIMEOUT_SECONDS: "7",
      AGENTFS_SYNC_CONCURRENCY: "9",
      AGENTFS_SYNC_ENGINE: "http",
      AGENTFS_SYNC_ON_UNPUSHED: "set-aside",
      AGENTFS_SYNC_ADOPT: "true",
      AGENTFS_SYNC_ALLOW: "mass-change",
      AGENTFS_SYNC_CACHE_DIR: "cache",
      AGENTFS_SYNC_CACHE_SECRET: " secret\n",
      AGENTFS_SYNC_RESCUE_DIR: "rescue",
      AGENTFS_SYNC_UNDO_DIR: "undo",
      AGENTFS_SYNC_REPORT_FILE: "report.json",
      AGENTFS_SYNC_HTML: "report.html",
      AGENTFS_SYNC_OUTPUT_FILE: "out.env",
      TURSO_DB_AUTH_TOKEN: " token\n",
    });
    expect({ pushOn, failOn, reportFile, htmlFile, outputFile }).toEqual({
      pushOn: "success",
      failOn: "pull",
      reportFile: "report.json",
      htmlFile: "report.html",
      outputFile: "out.env",
    });
    expect(parseConfig(config)).toMatchObject({
      agents: [{ agent: "a", remoteUrl: "https://a.example.com" }],
      authToken: "token",
      trust: "read-only",
      conflict: "ours",
      timeoutMs: 7_000,
      concurrency: 9,
      onUnpushed: "set-aside",
      adopt: true,
      allow: ["mass-change"],
      cache: { directory: resolve("cache"), secret: "secret" },
      rescueDirectory: resolve("rescue"),
      undoDirectory: resolve("undo"),
    });
  });
});

describe("the token", () => {
  test("comes from the file of the flag, then the environment, then the file that the configuration names", async () => {
    await mkdir(join(dir, "sub"), { recursive: true });
    await writeFile(join(dir, "sub", "token"), "configured\n");
    const config = join(dir, "sub", "config.json");
    await writeFile(config, JSON.stringify({ "auth-token-file": "token" }));
    const flag = ["--auth-token-file", await file("flagged\n")];
    const env = { TURSO_DB_AUTH_TOKEN: "environment" };
    expect(settings([...flag, "--config", config], env).config.authToken).toBe("flagged");
    expect(settings(["--config", config], env).config.authToken).toBe("environment");
    expect(settings(["--config", config]).config.authToken).toBe("configured");
    expect(settings([]).config.authToken).toBeUndefined();
  });

  test("must be alone in its file", async () => {
    const two = await file("one two");
    const refused = refusal(() => settings(["--auth-token-file", two]));
    expect(refused).toMatchObject({ code: "config-invalid", message: `The token file ${two} holds more than one word.` });
    expect(JSON.stringify(refused)).not.toContain("one two");
    expect(refusal(() => settings(["--auth-token-file", join(dir, "absent")])).message).toMatch(/cannot be read \(ENOENT\)/);
  });
});

describe("the configuration file", () => {
  test("takes the flags' names, real numbers and booleans, and paths relative to itself", async () => {
    const config = await file({
      agent: ["a", "b"],
      "read-only": true,
      "timeout-seconds": 5,
      directory: "work",
      allow: "mass-change",
    });
    expect(settings(["--config", config]).config).toMatchObject({
      agents: ["a", "b"],
      trust: "read-only",
      timeoutSeconds: "5",
      directory: join(dir, "work"),
      allow: ["mass-change"],
    });
  });

  test.each([
    { content: { agnet: "a" }, message: /has the unknown key "agnet"\. Did you mean "agent"\?$/ },
    { content: { json: true }, message: /has the unknown key "json"/ },
    { content: { "auth-token": "s3cret" }, message: /has the key "auth-token": it must not hold a token\.$/ },
    { content: { TURSO_DB_AUTH_TOKEN: "s3cret" }, message: /it must not hold a token\.$/ },
    { content: { agent: 3 }, message: /^The key "agent" of .* is 3, but must be a text or a list of texts\.$/ },
    { content: { "read-only": "yes" }, message: /is "yes", but must be true or false\.$/ },
    { content: { "timeout-seconds": "5" }, message: /is "5", but must be a number\.$/ },
    { content: "{ s3cret", message: /is not valid JSON\.$/ },
    { content: "[]", message: /is not a JSON object\.$/ },
  ])("refuses $content", async ({ content, message }) => {
    const config = await file(content);
    const refused = refusal(() => settings(["--config", config]));
    expect(refused.code).toBe("config-invalid");
    expect(refused.message).toMatch(message);
    expect(JSON.stringify(refused)).not.toContain("s3cret");
  });
});

test.each([
  { env: { AGENTFS_SYNC_READ_ONLY: "maybe" }, message: 'AGENTFS_SYNC_READ_ONLY is "maybe", but must be true or false.' },
  { env: { AGENTFS_SYNC_PUSH_ON: "x" }, message: '--push-on is "x", but must be one of always, success, never.' },
  { env: { AGENTFS_SYNC_FAIL_ON: "x" }, message: '--fail-on is "x", but must be one of any, pull, push, never.' },
])("refuses a value that is none of the choices: $env", ({ env, message }) => {
  expect(refusal(() => settings([], env))).toMatchObject({ code: "config-invalid", message });
});

test.each(["70000", "-1x", "1.5", "http"])("refuses the port %s", (port) => {
  const { flags } = parseInvocation(["serve", `--port=${port}`]);
  expect(refusal(() => resolveSettings(flags, {})).message).toBe(
    `--port is "${port}", but must be a whole number from 0 to 65535.`,
  );
});
