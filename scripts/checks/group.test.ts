import { describe, expect, it } from "vitest";
import { startGroup } from "./group.ts";

const start = (script: string) => startGroup(["-e", script], process.env, 60_000);

describe("a program and all that it started", () => {
  it("ends with its exit code and leaves nothing to be ended", async () => {
    const group = start("process.exitCode = 3");
    expect(await group.ended).toBe(3);
    expect(await group.endRest()).toBe(false);
  });

  it("ends with 128 + n after a signal to the group", async () => {
    const group = start("setInterval(() => {}, 1000)");
    expect(group.signal("SIGKILL")).toBe(true);
    expect(await group.ended).toBe(137);
  });

  it("is ended to the last process when it left one behind", async () => {
    const group = start(
      "require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']).once('spawn', () => process.exit(0))",
    );
    expect(await group.ended).toBe(0);
    expect(await group.endRest()).toBe(true);
    expect(await group.endRest()).toBe(false);
  });
});
