import { describe, expect, it } from "vitest";
import { fingerprint, takeToken } from "./token.ts";

describe("the token", () => {
  it("is the input's, else the environment's, and stays in neither", () => {
    const env = { "INPUT_AUTH-TOKEN": " a \n", TURSO_DB_AUTH_TOKEN: "b", PATH: "/bin" };
    expect(takeToken(env)).toBe("a");
    expect(env).toEqual({ PATH: "/bin" });
    expect(takeToken({ "INPUT_AUTH-TOKEN": "", TURSO_DB_AUTH_TOKEN: "b" })).toBe("b");
    expect(takeToken({ "INPUT_AUTH-TOKEN": "  " })).toBeNull();
  });

  it("has a short fingerprint that tells two apart", () => {
    expect(fingerprint("abc")).toBe("ba7816bf8f01");
    expect(fingerprint("abd")).not.toBe(fingerprint("abc"));
    expect(fingerprint(null)).toBeNull();
  });
});
