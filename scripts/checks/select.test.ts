import { describe, expect, it } from "vitest";
import { selectSteps } from "./select.ts";
import { STEPS } from "./steps.ts";

const names = (...wanted: string[]) => selectSteps(STEPS, wanted).map((step) => step.name);

describe("selecting the steps of a test run", () => {
  it("runs everything when nothing is named", () => {
    expect(names()).toEqual(STEPS.map((step) => step.name));
  });

  it("keeps the order of the table, not that of the arguments", () => {
    expect(names("unused", "lint")).toEqual(["lint", "unused"]);
  });

  it("compiles first for a step that reads compiled packages", () => {
    expect(names("unit")).toEqual(["types", "build", "unit"]);
  });

  it("names the steps there are when asked for another one", () => {
    expect(() => names("unitt")).toThrow(/There is no step "unitt".*lint, types/);
  });
});
