import { expect, test } from "vitest";
import { childEnvironment } from "./child-env.ts";

const ENV = {
  PATH: "/bin",
  AGENTFS_SYNC_AGENT: "a",
  MY_TOKEN: "mine",
  GONE: undefined,
  TURSO_DB_AUTH_TOKEN: "s3cret",
  AGENTFS_SYNC_AUTH_TOKEN: "s3cret",
  AGENTFS_SYNC_CACHE_SECRET: "s3cret",
};

test("I8: the command's environment is ours without the token and our other secrets", () => {
  expect(childEnvironment(ENV, null)).toEqual({ PATH: "/bin", AGENTFS_SYNC_AGENT: "a", MY_TOKEN: "mine" });
});

test("with --pass-token it has the token that we use, from wherever it came, and no other secret", () => {
  expect(childEnvironment(ENV, "from a file")).toEqual({
    PATH: "/bin",
    AGENTFS_SYNC_AGENT: "a",
    MY_TOKEN: "mine",
    TURSO_DB_AUTH_TOKEN: "from a file",
  });
});
