import { test } from "vitest";
import { LONGEST_MS, runWithoutPulls } from "./runs.ts";

test("I3: of writers that never pull, whatever conflicts there were, nothing is lost or doubled", runWithoutPulls, LONGEST_MS);
