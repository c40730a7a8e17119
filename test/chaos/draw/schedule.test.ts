import { expect, test } from "vitest";
import { FAULT_KINDS } from "./fault-kinds.ts";
import { drawSchedule } from "./schedule.ts";

test("a schedule with reverts is the same one without them", () => {
  let reverts = 0;
  for (let run = 0; run < 20; run++) {
    const [without, having] = [false, true].map((hasReverts) => drawSchedule(41, run, 3, FAULT_KINDS, hasReverts));
    for (const round of having?.jobs.flatMap(({ rounds }) => rounds) ?? []) if (round.revert !== null) reverts++;
    const plain = JSON.stringify(having, (key, value) =>
      key === "revert" || key === "lastRevert" ? null : key === "hasReverts" ? false : value,
    );
    expect(plain).toBe(JSON.stringify(without));
  }
  expect(reverts).toBeGreaterThan(20);
});
