import { describe, expect, it } from "vitest";
import { fingerprint, takeSecrets } from "./token.ts";

describe("the token", () => {
  it("is the input's, else the environment's, and stays in neither", () => {
    const env = { "INPUT_AUTH-TOKEN": " a \n", TURSO_DB_AUTH_TOKEN: "b", "INPUT_CACHE-SECRET": "c ", PATH: "/bin" };
    expect(takeSecrets(env)).toEqual({ authToken: "a", cacheSecret: "c" });
    expect(env).toEqual({ PATH: "/bin" });
    expect(takeSecrets({ "INPUT_AUTH-TOKEN": "", TURSO_DB_AUTH_TOKEN: "b" }).authToken).toBe("b");
    expect(takeSecrets({ "INPUT_AUTH-TOKEN": "  " })).toEqual({ authToken: null, cacheSecret: null });
  });

  it("has a short fingerprint that tells two apart", () => {
    expect(fingerprint("abc")).toBe("ba7816bf8f01");
    expect(fingerprint("abd")).not.toBe(fingerprint("abc"));
    expect(fingerprint(null)).toBeNull();
  });
});
