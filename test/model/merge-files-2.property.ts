import { test } from "vitest";
import { LONGEST_MS, runHalfOnFiles } from "./runs.ts";

const name = "I3: whatever writers do to the same files, keys, calls and rows, each push gives what docs/merge.md says";
test(`${name} (second half)`, () => runHalfOnFiles(2), LONGEST_MS);
