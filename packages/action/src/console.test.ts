import { describe, expect, it } from "vitest";
import { neutralise } from "./console.ts";

describe("text that comes from elsewhere", () => {
  it("is no workflow command any more", () => {
    expect(neutralise("::set-env name=X::y")).toBe(": :set-env name=X::y");
    expect(neutralise("first\n  ::add-path::/x")).toBe("first\n  : :add-path::/x");
    expect(neutralise("first\r::stop-commands::x")).toBe("first\r: :stop-commands::x");
    expect(neutralise("see ##[error]gone ##[group]")).toBe("see ## [error]gone ## [group]");
  });

  it("is left alone otherwise", () => {
    for (const text of ["bot: pushed 3 files", "http://[::1]:8080/x", "a::b", ""]) expect(neutralise(text)).toBe(text);
  });
});
