import { test } from "vitest";
import { LONGEST_MS, runReverts } from "./runs.ts";

test(
  "I10: any push of any run can be taken back, which gives what docs/merge.md says of the states after and before it; and that again",
  () => runReverts(),
  LONGEST_MS,
);
