import { readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ARCHIVE, startReleases } from "../parts/releases.ts";
import { runChild } from "../parts/run-child.ts";
import { startJob } from "../parts/runner.ts";
import { makeTempDir } from "../parts/temp.ts";

/** A release of a program that says what it is. */
async function startTestReleases(changes: Readonly<Record<string, string | number>> = {}) {
  const program = join(await makeTempDir(), "agentfs");
  await writeFile(program, "#!/bin/sh\necho agentfs of the test\n", { mode: 0o755 });
  return startReleases(program, changes);
}

type Texts = Readonly<Record<string, string>>;

async function install(url: string, inputs: Texts = {}, toolCache?: string, env: Texts = {}) {
  const folder = await makeTempDir();
  const paths = join(folder, "paths");
  await writeFile(paths, "");
  const job = await startJob({
    // Without a token nothing else happens.
    inputs: { agents: "bot", "remote-url": "libsql://bot.test", "agentfs-version": "0.6.4", ...inputs },
    env: { RUNNER_TOOL_CACHE: toolCache ?? folder, GITHUB_PATH: paths, AGENTFS_SYNC_RELEASES_URL: url, ...env },
  });
  const main = await job.main();
  return { ...main, said: main.stdout + main.stderr, path: (await readFile(paths, "utf8")).trim() };
}

describe("agentfs-version", () => {
  it("puts the program of the release on the PATH, checked by the sum beside it", async () => {
    const { url, sum } = await startTestReleases();
    const { exitCode, said, path } = await install(url);
    expect(exitCode, said).toBe(0);
    expect(said).toContain(`agentfs 0.6.4 was installed (SHA-256 ${sum})`);
    expect((await runChild(join(path, "agentfs"), [])).stdout).toBe("agentfs of the test\n");
  });

  it("asks for the archive alone when its sum is given, and not even for that when the machine has it", async () => {
    const { url, sum, asked } = await startTestReleases();
    const toolCache = await makeTempDir();
    const inputs = { "agentfs-sha256": sum.toUpperCase() };
    expect((await install(url, inputs, toolCache)).exitCode).toBe(0);
    expect(asked).toEqual([ARCHIVE]);
    const again = await install(url, inputs, toolCache);
    expect(again.said).toContain("was installed on this machine already");
    expect((await runChild(join(again.path, "agentfs"), [])).stdout).toBe("agentfs of the test\n");
    expect(asked).toEqual([ARCHIVE]);
    const other = await install(url, { "agentfs-sha256": "0".repeat(64) }, toolCache);
    expect([other.exitCode, other.path]).toEqual([1, ""]);
  });

  it.each([
    ["another sum is given", {}, { "agentfs-sha256": "1".repeat(64) }, /has the SHA-256 [0-9a-f]{64}, and not 1{64}: it was not/],
    ["the sum beside it is another", { [`${ARCHIVE}.sha256`]: "2".repeat(64) }, {}, /and not 2{64}: it was not installed/],
    ["no sum is beside it", { [`${ARCHIVE}.sha256`]: "sorry" }, {}, /\.sha256 holds no SHA-256/],
    [
      "there is no such version",
      {},
      { "agentfs-version": "9.9.9" },
      /There is no http.*v9\.9\.9.*Check the input agentfs-version/,
    ],
    ["the server fails", { [ARCHIVE]: 500 }, {}, /cannot be downloaded: it answers 500/],
  ])("fails the step and puts nothing on the PATH when %s", async (_, changes, inputs, said) => {
    const { url } = await startTestReleases(changes);
    const result = await install(url, inputs);
    expect([result.exitCode, result.path]).toEqual([1, ""]);
    expect(result.stdout).toMatch(said);
    expect(result.outputs["pulled"]).toBe("false");
  });

  it("warns where fusermount3 is missing, on Linux, and nowhere else", async () => {
    const { url } = await startTestReleases();
    const bin = await makeTempDir();
    for (const program of ["tar", "xz"]) {
      const { stdout } = await runChild("sh", ["-c", `command -v ${program}`]);
      await symlink(stdout.trim(), join(bin, program));
    }
    const warning = "::warning::fusermount3 is missing here";
    const without = await install(url, {}, undefined, { PATH: bin });
    expect([without.exitCode, without.said.includes(warning)]).toEqual([0, process.platform === "linux"]);
    await writeFile(join(bin, "fusermount3"), "#!/bin/sh\n", { mode: 0o755 });
    const having = await install(url, {}, undefined, { PATH: bin });
    expect([having.exitCode, having.said.includes(warning)]).toEqual([0, false]);
  });

  it("takes no mirror without TLS", async () => {
    expect((await install("http://mirror.test")).said).toContain("AGENTFS_SYNC_RELEASES_URL must be an https: URL");
  });
});
