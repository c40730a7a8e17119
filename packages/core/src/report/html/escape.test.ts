import { expect, it } from "vitest";
import { link } from "./escape.ts";

it("makes a link of an address that a browser takes, and of no other text; the page does not grow by it", () => {
  expect(link("https://ci.example/run/1").text).toContain("<a href=");
  for (const text of ["javascript:alert(1)", "https://a b", `https://ci.example/${"x".repeat(10_000_000)}`]) {
    expect(link(text).text).not.toContain("<a");
    expect(link(text).text.length).toBeLessThan(300);
  }
});
