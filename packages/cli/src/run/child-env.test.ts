import { expect, test } from "vitest";
import { childEnvironment } from "./child-env.ts";

test("I8: the command's environment is ours without the token and our other secrets", () => {
  const env = {
    PATH: "/bin",
    AGENTFS_SYNC_AGENT: "a",
    MY_TOKEN: "mine",
    GONE: undefined,
    TURSO_DB_AUTH_TOKEN: "s3cret",
    AGENTFS_SYNC_AUTH_TOKEN: "s3cret",
    AGENTFS_SYNC_CACHE_SECRET: "s3cret",
  };
  expect(childEnvironment(env)).toEqual({ PATH: "/bin", AGENTFS_SYNC_AGENT: "a", MY_TOKEN: "mine" });
});
