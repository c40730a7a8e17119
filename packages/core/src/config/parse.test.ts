import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { SyncError } from "../errors.ts";
import { type ConfigInput, parseConfig } from "./parse.ts";

const GIVEN: ConfigInput = { agents: ["bot"], remoteUrl: "https://host/db" };
const parse = (changes: Partial<ConfigInput> = {}) => parseConfig({ ...GIVEN, ...changes });

function refusal(changes: Partial<ConfigInput>): SyncError {
  try {
    parse(changes);
  } catch (thrown) {
    if (thrown instanceof SyncError) return thrown;
    throw thrown;
  }
  throw new Error(`${JSON.stringify(changes)} was taken`);
}

describe("a configuration", () => {
  test("of agents and a URL alone has the defaults that are documented", () => {
    const { runId, ...config } = parse();
    expect(config).toEqual({
      agents: [{ agent: "bot", remoteUrl: "https://host/db" }],
      authToken: null,
      directory: resolve("."),
      trust: "trusted",
      conflict: "keep-both",
      onUnpushed: "refuse",
      adopt: false,
      verifyRemote: false,
      allow: [],
      timeoutMs: 120_000,
      undoLimitBytes: 64_000_000,
      reportsChanges: false,
      concurrency: 4,
      engine: "http",
      agentfsProgram: null,
      provenance: { ci: null, repository: null, commit: null, runUrl: null },
      cache: null,
      rescueDirectory: null,
      undoDirectory: null,
    });
    expect(runId).toMatch(/^[0-9a-f-]{36}$/);
    expect(parse().runId).not.toBe(runId);
  });

  test("takes what is undefined for absent", () => {
    const undefineds = { directory: undefined, timeoutSeconds: undefined, conflict: undefined, allow: undefined };
    expect({ ...parse(undefineds), runId: "" }).toEqual({ ...parse(), runId: "" });
  });

  test("takes numbers as text, trims ids and the token, and lists an agent once", () => {
    const config = parse({ agents: [" bot ", "bot", ""], timeoutSeconds: "7", concurrency: "2", authToken: " word\n" });
    expect(config).toMatchObject({ timeoutMs: 7000, concurrency: 2, authToken: "word" });
    expect(config.agents.map(({ agent }) => agent)).toEqual(["bot"]);
  });

  test("takes an empty token for none", () => {
    expect(parse({ authToken: "  " }).authToken).toBeNull();
  });

  test("gives each agent its own URL", () => {
    expect(parse({ agents: ["a", "b"], remoteUrl: "libsql://{agent}.example" }).agents).toEqual([
      { agent: "a", remoteUrl: "https://a.example" },
      { agent: "b", remoteUrl: "https://b.example" },
    ]);
  });

  test("is read-only if it says so, unless the trust class is known better", () => {
    expect(parse({ readOnly: true }).trust).toBe("read-only");
    expect(parse({ readOnly: true, trust: "none" }).trust).toBe("none");
  });
});

describe("refused, naming what is wrong", () => {
  test.for<[name: string, changes: Partial<ConfigInput>, says: RegExp]>([
    ["no agent", { agents: [] }, /No agent is named\.$/],
    ["only empty ids", { agents: ["", " "] }, /No agent is named\.$/],
    ["an id with a slash", { agents: ["../x"] }, /"\.\.\/x" is not valid/],
    ["an id that starts with a sign", { agents: ["-x"] }, /"-x" is not valid/],
    ["an id that is too long", { agents: ["x".repeat(65)] }, /1 to 64 letters/],
    ["an id with a new line", { agents: ["a\nb"] }, /"a\\nb" is not valid/],
    ["no URL", { remoteUrl: undefined }, /No remote URL is given\.$/],
    ["an empty URL", { remoteUrl: " " }, /No remote URL is given\.$/],
    ["two agents on one database", { agents: ["a", "b"] }, /agents a and b would share one database, https:\/\/host\/db\.$/],
    ["a timeout of 0", { timeoutSeconds: 0 }, /timeout in seconds must be a whole number from 1 to 86400/],
    ["a timeout that is no number", { timeoutSeconds: "soon" }, /timeout in seconds must be a whole number/],
    ["half an agent at a time", { concurrency: 0.5 }, /concurrency must be a whole number from 1 to 64/],
    ["an unknown policy", { conflict: "mine" }, /conflict policy is "mine", but must be one of keep-both, ours, theirs, fail/],
    ["an unknown guard", { allow: ["anything"] }, /allow is "anything", but must be one of mass-change, remote-replaced/],
    ["an unknown way with unpushed changes", { onUnpushed: "lose" }, /on-unpushed is "lose"/],
    ["an unknown engine", { engine: "magic" }, /engine is "magic"/],
    ["an empty directory", { directory: "" }, /directory is empty/],
  ])("%s", ([, changes, says]) => {
    const { code, message, hint, exitCode } = refusal(changes);
    expect({ code, exitCode }).toEqual({ code: "config-invalid", exitCode: 2 });
    expect(message).toMatch(says);
    expect(hint).toMatch(/\.$/);
  });

  test("what engine agentfs has no say in: it must not look as if it had", () => {
    expect(parse({ engine: "agentfs", conflict: "keep-both", onUnpushed: "set-aside" }).engine).toBe("agentfs");
    expect(refusal({ engine: "agentfs", conflict: "ours" })).toMatchObject({
      code: "config-invalid",
      details: { field: "conflict" },
    });
    expect(refusal({ engine: "agentfs", adopt: true })).toMatchObject({ code: "config-invalid", details: { field: "adopt" } });
  });

  test("one message even if much is wrong", () => {
    expect(refusal({ agents: ["/"], remoteUrl: "", timeoutSeconds: -1 }).message.split("\n")).toHaveLength(1);
  });
});
