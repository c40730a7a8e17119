import { describe, expect, it } from "vitest";
import { matcher } from "./glob.ts";

describe("a pattern", () => {
  it.each([
    ["notes/**", "/notes/a/b.md", true],
    ["notes/*", "/notes/a/b.md", false],
    ["**/*.md", "/a.md", true],
    ["my-file.md", "/my-file.md", true],
    ["(a)[b]{c}|d^e$f\\g.h+i-j/k,l#m&n~o", "/(a)[b]{c}|d^e$f\\g.h+i-j/k,l#m&n~o", true],
    ["a.b", "/axb", false],
    ["?.md", "/😀.md", true],
    ["*", "/two\nlines", true],
    ["a b\u2028*", "/a b\u2028c", true],
    ["*", "/a\ud800", true],
    ["key:last-*", "key:last-lesson/x", true],
    ["row:*", "key:a", false],
  ])("%j, of %j: %s", (pattern, name, is) => expect(matcher(pattern)(name)).toBe(is));
});
