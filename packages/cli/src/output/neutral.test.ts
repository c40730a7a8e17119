import { describe, expect, test } from "vitest";
import { makeStreamNeutraliser, neutral } from "./neutral.ts";

const CASES: readonly (readonly [string, string])[] = [
  ["::add-mask::x\n", ": :add-mask::x\n"],
  ["a\n \t::error::x ::y", "a\n \t: :error::x ::y"],
  ["a\r::error::x", "a\r: :error::x"],
  ["::::x", ": :::x"],
  ["say ##[group]x ##vso[task.complete]y ##teamcity[z ## [", "say ## [group]x ## vso[task.complete]y ## teamcity[z ## ["],
  ["\u001b[0Ksection_start:1:a\r\u001b[0Ksection_end:1:a", "\u001b[0Ksection_start :1:a\r\u001b[0Ksection_end :1:a"],
  ["std::vector, a::b\nx :: y\n# section_start\n## Title\n#", "std::vector, a::b\nx :: y\n# section_start\n## Title\n#"],
];

describe("what a CI takes for a command is none any more", () => {
  test.each(CASES)("%j", (given, harmless) => {
    expect(neutral(given)).toBe(harmless);
  });

  test.each(CASES)("%j in pieces of any size", (given, harmless) => {
    for (let size = 1; size <= given.length; size++) {
      const neutraliser = makeStreamNeutraliser();
      let shown = "";
      for (let at = 0; at < given.length; at += size) shown += neutraliser.write(given.slice(at, at + size));
      expect(shown + neutraliser.end()).toBe(harmless);
    }
  });
});
