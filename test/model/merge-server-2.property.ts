import { test } from "vitest";
import { LONGEST_MS, runHalfOnServers } from "./runs.ts";

const name = "I3: the same through a real server, with the real SDK and the official client among the writers";
test(`${name} (second half)`, () => runHalfOnServers(2), LONGEST_MS);
