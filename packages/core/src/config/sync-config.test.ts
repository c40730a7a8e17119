import { resolve } from "node:path";
import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { SyncError } from "../errors.ts";
import { parseConfig } from "./parse.ts";
import { parseSyncConfig, type SyncConfigInput } from "./sync-config.ts";

const parse = (changes: SyncConfigInput = {}, env = {}) =>
  parseSyncConfig({ agent: "bot", remoteUrl: "libsql://host.example", ...changes }, env);

function refusal(changes: object): SyncError {
  try {
    parse(changes);
  } catch (thrown) {
    if (thrown instanceof SyncError) return thrown;
    throw thrown;
  }
  throw new Error(`${JSON.stringify(changes)} was taken`);
}

describe("a configuration of the SDK", () => {
  test("of an agent and a URL alone has the defaults that are documented", () => {
    expect(parse()).toEqual({
      agent: "bot",
      idOrPath: "bot",
      directory: resolve("."),
      databasePath: resolve(".agentfs/bot.db"),
      remoteUrl: "https://host.example",
      authToken: null,
      engine: "http",
      conflict: "keep-both",
      onUnpushed: "refuse",
      adopt: false,
      allow: [],
      readOnly: false,
      timeoutMs: 120_000,
      partial: null,
      provenance: { ci: null, repository: null, commit: null, runUrl: null },
    });
  });

  test("takes the token from the environment, unless one is given", () => {
    const env = { TURSO_DB_AUTH_TOKEN: " from-env\n" };
    expect(parse({}, env).authToken).toBe("from-env");
    expect(parse({ authToken: "given" }, env).authToken).toBe("given");
    expect(parse({ authToken: "" }, env).authToken).toBeNull();
  });

  test("takes a path, and knows the agent and the folder from it", () => {
    expect(parse({ agent: undefined, idOrPath: "/x/.agentfs/other.db" })).toMatchObject({
      agent: "other",
      idOrPath: "/x/.agentfs/other.db",
      directory: "/x",
      databasePath: "/x/.agentfs/other.db",
    });
  });

  test("takes partial options for the native engine, in their units", () => {
    const partial = { partialPrefetch: true, partialSegmentSize: 131_072, partialBootstrapLength: 8192 };
    expect(parse({ engine: "agentfs", ...partial }).partial).toEqual({
      prefetch: true,
      segmentSizeBytes: 131_072,
      bootstrapLengthBytes: 8192,
      bootstrapQuery: null,
    });
  });
});

describe("refused, naming what is wrong", () => {
  test.for<[name: string, changes: object, says: RegExp]>([
    ["no agent", { agent: undefined }, /No agent is named/],
    ["two agents", { idOrPath: "other" }, /agent is "bot", but idOrPath is "other"/],
    ["an id that leaves the folder", { agent: "../x" }, /The agent "\.\.\/x" is not valid/],
    ["a path that is no database", { agent: undefined, idOrPath: "/x/.agentfs/bot" }, /a path ends with <id>\.db/],
    ["a path elsewhere", { agent: undefined, idOrPath: "/x/bot.db" }, /not in a folder \.agentfs/],
    ["a URL without TLS", { remoteUrl: "http://host.example" }, /is not encrypted/],
    ["half a millisecond", { timeoutMs: 0.5 }, /timeoutMs must be a whole number of milliseconds from 1 to 86400000/],
    ["a timeout in words", { timeoutMs: "1s" }, /timeoutMs must be a whole number/],
    ["an unknown engine", { engine: "magic" }, /engine is "magic", but must be one of http, agentfs/],
    ["an unknown policy", { conflict: "mine" }, /conflict is "mine"/],
    ["an option that is none", { remoteURL: "x" }, /There is no option remoteURL/],
    ["partial options of the http engine", { partialPrefetch: true }, /Partial replicas are of engine "agentfs"/],
    ["a policy of the http engine", { engine: "agentfs", conflict: "fail" }, /conflict is of engine "http"/],
    ["a segment of half a page", { engine: "agentfs", partialSegmentSize: 2048 }, /multiple of 4096/],
    [
      "two ways to begin a partial replica",
      { engine: "agentfs", partialBootstrapLength: 4096, partialBootstrapQuery: "SELECT 1" },
      /exclude each other/,
    ],
  ])("%s", ([, changes, says]) => {
    const { code, message, exitCode, hint } = refusal(changes);
    expect({ code, exitCode }).toEqual({ code: "config-invalid", exitCode: 2 });
    expect(message).toMatch(says);
    expect(hint).toMatch(/\.$/);
  });

  test.for(["wo\u0000rd", "wo\nrd", "wo rd", "wörd"])("a token that no header can carry, which is not shown: %j", (authToken) => {
    const error = refusal({ authToken });
    expect(error).toMatchObject({ code: "config-invalid", details: { field: "authToken" } });
    expect(inspect(error, { showHidden: true })).not.toMatch(/w[oö][^a-z]{0,2}rd/);
    expect(() => parseConfig({ agents: ["bot"], remoteUrl: "https://host.example", authToken })).toThrow(/The auth token holds/);
  });

  test("something that is no object", () => {
    expect(() => parseSyncConfig("bot" as unknown as SyncConfigInput, {})).toThrow(/must be an object/);
  });
});
