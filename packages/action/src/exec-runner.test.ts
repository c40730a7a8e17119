import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AgentFSCLI } from "@agentfs-sync/core";
import { afterAll, describe, expect, it } from "vitest";
import { execRunner } from "./exec-runner.ts";

const folder = mkdtempSync(join(tmpdir(), "agentfs-sync-test-"));
afterAll(() => rmSync(folder, { recursive: true }));

const request = (script: string, changes: object = {}) => ({
  file: "/bin/sh",
  argv: ["-c", script, "sh", "an argument", ""],
  cwd: folder,
  env: { PATH: process.env["PATH"] ?? "", WORD: "hellö" },
  timeoutMs: 20_000,
  killAfterMs: 300,
  ...changes,
});
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString("utf8");

describe("the runner on @actions/exec", () => {
  it("gives what the program wrote byte for byte, its exit code, and only the environment that it is told", async () => {
    const end = await execRunner(request('printf "\\377%s" "$WORD|$1|$2|$#"; pwd >&2; env | grep -c "^npm_" >&2; exit 3'));
    expect(end).toMatchObject({ exitCode: 3, signal: null, endedBy: null, durationMs: expect.any(Number) });
    expect(Buffer.from(end.stdout)).toEqual(Buffer.concat([Buffer.from([255]), Buffer.from("hellö|an argument||2")]));
    expect(text(end.stderr)).toBe(`${folder}\n0\n`);
  });

  it("gives a program nothing to read", async () => {
    expect(await execRunner(request("cat; echo read"))).toMatchObject({ exitCode: 0, endedBy: null });
  });

  it.each([
    ["SIGTERM at the deadline", "sleep 60", { timeoutMs: 200 }, { endedBy: "timeout", signal: "SIGTERM" }],
    ["SIGKILL where that is not enough", "trap '' TERM; sleep 60", { timeoutMs: 200 }, { endedBy: "timeout", signal: "SIGKILL" }],
    ["a deadline before it has begun", "sleep 60", { timeoutMs: 1 }, { endedBy: "timeout" }],
    ["the caller's signal", "sleep 60", { signal: AbortSignal.abort() }, { endedBy: "abort", signal: "SIGTERM" }],
  ])("ends a program: %s", async (_, script, changes, how) => {
    const end = await execRunner(request(script, changes));
    expect(end).toMatchObject({ exitCode: null, ...how });
  });

  it("drives AgentFSCLI, the token in the environment alone, and says if there is no program", async () => {
    const binary = join(folder, "agentfs");
    const script = 'case "$1" in --version) echo agentfs v0.6.4 ;; *) echo "f $TURSO_DB_AUTH_TOKEN-$#" ;; esac';
    writeFileSync(binary, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    const cli = new AgentFSCLI({ binary, runner: execRunner });
    const { entries } = await cli.fs.ls({ idOrPath: "bot", directory: folder, authToken: "right-token" });
    expect(entries).toEqual([{ kind: "f", name: "***-3" }]);
    const missing = new AgentFSCLI({ binary: join(folder, "nowhere"), runner: execRunner });
    await expect(missing.version()).rejects.toMatchObject({ code: "agentfs-missing", details: { errno: "ENOENT" } });
  });
});
