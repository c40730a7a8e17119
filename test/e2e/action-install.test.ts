import { createHash } from "node:crypto";
import { chmod, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { onCleanUp } from "../parts/cleanup.ts";
import { runChild } from "../parts/run-child.ts";
import { startJob } from "../parts/runner.ts";
import { makeTempDir } from "../parts/temp.ts";

const TARGET = `${process.arch === "arm64" ? "aarch64" : "x86_64"}-${process.platform === "darwin" ? "apple-darwin" : "unknown-linux-gnu"}`;
const ARCHIVE = `/v0.6.4/agentfs-${TARGET}.tar.xz`;

/** A release as the project makes them: a folder with the program in a tar.xz, and its sum beside it. */
async function startReleases(changes: Readonly<Record<string, string | number>> = {}) {
  const folder = await makeTempDir();
  await mkdir(join(folder, `agentfs-${TARGET}`));
  const program = join(folder, `agentfs-${TARGET}`, "agentfs");
  await writeFile(program, "#!/bin/sh\necho agentfs of the test\n");
  await chmod(program, 0o755);
  const file = join(folder, "archive.tar.xz");
  const { exitCode, stderr } = await runChild("tar", ["-cJf", file, "-C", folder, `agentfs-${TARGET}`]);
  expect(exitCode, stderr).toBe(0);
  const archive = await readFile(file);
  const sum = createHash("sha256").update(archive).digest("hex");
  const asked: string[] = [];
  const files: Readonly<Record<string, Buffer | string | number>> = {
    [ARCHIVE]: archive,
    [`${ARCHIVE}.sha256`]: `${sum} *agentfs-${TARGET}.tar.xz\n`,
    ...changes,
  };
  const server = createServer((request, response) => {
    asked.push(request.url ?? "");
    const found = files[request.url ?? ""] ?? 404;
    if (typeof found === "number") response.writeHead(found).end();
    else response.end(found);
  });
  await new Promise<void>((done) => void server.listen(0, "127.0.0.1", done));
  onCleanUp(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, sum, asked };
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
    const { url, sum } = await startReleases();
    const { exitCode, said, path } = await install(url);
    expect(exitCode, said).toBe(0);
    expect(said).toContain(`agentfs 0.6.4 was installed (SHA-256 ${sum})`);
    expect((await runChild(join(path, "agentfs"), [])).stdout).toBe("agentfs of the test\n");
  });

  it("asks for the archive alone when its sum is given, and not even for that when the machine has it", async () => {
    const { url, sum, asked } = await startReleases();
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
    const { url } = await startReleases(changes);
    const result = await install(url, inputs);
    expect([result.exitCode, result.path]).toEqual([1, ""]);
    expect(result.stdout).toMatch(said);
    expect(result.outputs["pulled"]).toBe("false");
  });

  it("warns where fusermount3 is missing, on Linux, and nowhere else", async () => {
    const { url } = await startReleases();
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
