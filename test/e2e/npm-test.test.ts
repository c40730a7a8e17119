import { describe, expect, it } from "vitest";
import { REPOSITORY } from "../parts/programs.ts";
import { runChild } from "../parts/run-child.ts";

const npmTest = (...args: readonly string[]) => runChild("npm", ["test", "--", ...args], { cwd: REPOSITORY });
const lastLine = (text: string) => text.trimEnd().split("\n").at(-1);

describe("npm test", () => {
  it("runs the steps that are named and ends with their total", async () => {
    const { exitCode, stdout } = await npmTest("lint");
    expect({ exitCode, total: lastLine(stdout) }).toEqual({ exitCode: 0, total: "1 passed, 0 failed" });
    expect(stdout).toMatch(/^ok {5}lint .* s {2}1 passed, 0 failed$/m);
  });

  it("fails for a step that there is not, and names those there are", async () => {
    const { exitCode, stdout, stderr } = await npmTest("lintt");
    expect({ exitCode, total: lastLine(stdout) }).toEqual({ exitCode: 1, total: "0 passed, 1 failed" });
    expect(stderr).toContain('There is no step "lintt". The steps are: lint, types');
  });
});
