import { describe, expect, it } from "vitest";
import { countVitest } from "./vitest-result.ts";

const passedFile = { name: "a.test.ts", status: "passed", message: "", assertionResults: [{ status: "passed" }] };
const green = { numPassedTests: 3, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0, testResults: [passedFile] };

const count = (changes: Partial<typeof green>, exitCode: number) =>
  countVitest(JSON.stringify({ ...green, ...changes }), exitCode);

describe("counting a run of vitest", () => {
  it("takes passed tests as they are", () => {
    expect(count({}, 0)).toEqual({ passed: 3, failed: 0, problems: [] });
  });

  it("takes failed tests once, though their file failed too", () => {
    const testResults = [{ ...passedFile, status: "failed", assertionResults: [{ status: "failed" }] }];
    expect(count({ numFailedTests: 1, testResults }, 1)).toEqual({ passed: 3, failed: 1, problems: [] });
  });

  it("counts a file that could not be loaded as one failure, with its reason", () => {
    const testResults = [passedFile, { name: "b.test.ts", status: "failed", message: "no such module", assertionResults: [] }];
    expect(count({ testResults }, 1)).toEqual({ passed: 3, failed: 1, problems: ["b.test.ts: no such module"] });
  });

  it("counts an error outside of the tests as a failure", () => {
    expect(count({}, 1)).toMatchObject({ passed: 3, failed: 1 });
  });

  it("counts skipped tests and todos as failures", () => {
    expect(count({ numPendingTests: 1, numTodoTests: 1 }, 0)).toMatchObject({ passed: 3, failed: 2 });
  });

  it("counts a run without any test as a failure", () => {
    expect(count({ numPassedTests: 0, testResults: [] }, 0)).toEqual({ passed: 0, failed: 1, problems: ["no test ran"] });
  });

  it.each([null, "", '{"numPassedTests":3,', "{}"])("counts the report %j as a crash", (text) => {
    expect(countVitest(text, 0)).toEqual({ passed: 0, failed: 1, problems: ["vitest left no report and ended with 0"] });
  });
});
