import { delimiter } from "node:path";
import { describe, expect, it } from "vitest";
import { cleanEnvironment } from "./environment.mjs";

describe("the environment of what the scripts start", () => {
  it("is free of what npm sets for its own scripts", () => {
    const npm = {
      npm_command: "test",
      npm_lifecycle_event: "test",
      npm_package_name: "x",
      npm_config_loglevel: "silent",
      INIT_CWD: "/",
    };
    expect(cleanEnvironment(undefined, { ...npm, HOME: "/home/me" })).toEqual({ HOME: "/home/me" });
  });

  it("keeps the registry and the proxy that a user configured", () => {
    const own = { npm_config_registry: "https://registry.test/", HTTPS_PROXY: "http://127.0.0.1:3128" };
    expect(cleanEnvironment(undefined, own)).toEqual(own);
  });

  it("has no remote and no token of the user, but the seed and the number of runs of the property tests", () => {
    const own = {
      TURSO_DB_AUTH_TOKEN: "secret",
      AGENTFS_SYNC_REMOTE_URL: "https://db.test",
      AGENTFS_SYNC_SEED: "7",
      AGENTFS_SYNC_RUNS: "9",
    };
    expect(cleanEnvironment(undefined, own)).toEqual({ AGENTFS_SYNC_SEED: "7", AGENTFS_SYNC_RUNS: "9" });
  });

  it("puts our programs in front of the PATH", () => {
    expect(cleanEnvironment("/first", { PATH: "/second" })).toEqual({ PATH: `/first${delimiter}/second` });
  });
});
