import { describe, expect, test } from "vitest";
import { transcript } from "../../../../test/parts/transcripts.ts";
import { readNativeStats } from "./native-stats.ts";
import { readListing, readTimeline } from "./output.ts";

describe("what the program prints", () => {
  test("a listing, as it was recorded", () => {
    expect(readListing(transcript("fs-ls-after-pull").stdout)).toEqual([
      { kind: "f", name: "f.txt" },
      { kind: "f", name: "g.txt" },
    ]);
    expect(readListing("")).toEqual([]);
    expect(readListing("d a folder\n")).toEqual([{ kind: "d", name: "a folder" }]);
  });

  test("stats, as they were recorded", () => {
    expect(readNativeStats(transcript("stats-with-changes").stdout)).toEqual({
      cdcOperations: 10,
      mainWalSizeBytes: 358_464,
      revertWalSizeBytes: 0,
      lastPullAtSeconds: 1_763_800_000,
      lastPushAtSeconds: 1_763_800_000,
      revision: "0",
      networkSentBytes: 0,
      networkReceivedBytes: 0,
    });
  });

  test("a timeline, as it was recorded", () => {
    expect(readTimeline(transcript("timeline-json-empty").stdout)).toEqual([]);
    expect(readTimeline('[{"id":1,"name":"build"}]')).toEqual([{ id: 1, name: "build" }]);
  });

  test.for(["<html>", "{}", '{"cdc_operations":-1}', "[1]", "\u0000", '"text"'])("nothing is made of %s", (text) => {
    expect([readListing(text), readTimeline(text), readNativeStats(text)]).toEqual([null, null, null]);
  });
});
