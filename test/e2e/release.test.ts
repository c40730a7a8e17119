import { cp, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { cleanEnvironment } from "../../scripts/environment.mjs";
import { REPOSITORY } from "../parts/programs.ts";
import { runChild } from "../parts/run-child.ts";
import { makeTempDir } from "../parts/temp.ts";

interface Workflow {
  readonly jobs: Readonly<Record<string, { readonly steps: readonly { readonly name?: string; readonly run?: string }[] }>>;
}
const { jobs }: Workflow = parse(await readFile(join(REPOSITORY, ".github/workflows/release.yml"), "utf8"));

/** Runs a step of the release as GitHub does: `bash -e` in the clone. */
async function runStep(name: string, cwd: string, env: Readonly<Record<string, string>>) {
  const step = Object.values(jobs)
    .flatMap(({ steps }) => steps)
    .find((one) => one.name?.startsWith(name));
  if (step?.run === undefined) throw new Error(`There is no step ${name}`);
  return runChild("bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", step.run], { cwd, env });
}

async function git(cwd: string, ...args: string[]): Promise<string> {
  const author = ["-c", "user.name=Test", "-c", "user.email=test@example.org"];
  const { exitCode, stdout, stderr } = await runChild("git", [...author, ...args], { cwd });
  expect(exitCode, stderr).toBe(0);
  return stdout.trim();
}

it("refuses a tag that is not the version of both packages", async () => {
  const { version } = JSON.parse(await readFile(join(REPOSITORY, "packages/cli/package.json"), "utf8"));
  const refuse = async (tag: string) => (await runStep("Refuse a tag", REPOSITORY, { GITHUB_REF_NAME: tag })).exitCode;
  expect(await refuse(`v${version}`)).toBe(0);
  expect(await refuse("v99.0.0")).toBe(1);
});

it("packs two packages that npm takes, with a page and a licence, and no dependency on the workspace", async () => {
  const clone = await makeTempDir();
  for (const file of ["README.md", "LICENSE", "docs/sdk.md", "package.json", "pnpm-workspace.yaml", "pnpm-lock.yaml"]) {
    await cp(join(REPOSITORY, file), join(clone, file));
  }
  for (const name of ["core", "cli"]) {
    const from = join(REPOSITORY, "packages", name);
    const copied = (path: string) => !/node_modules|\/src(\/|$)/.test(path.slice(from.length));
    await cp(from, join(clone, "packages", name), { recursive: true, filter: copied });
  }
  // `npx` asks the registry, through whatever this machine needs for that.
  const pack = await runStep("Pack", clone, cleanEnvironment() as Readonly<Record<string, string>>);
  expect(pack.exitCode, pack.stdout + pack.stderr).toBe(0);
  const packed = (await readdir(join(clone, "packed"))).sort();
  expect(packed.map((name) => name.replace(/-\d.*/, ""))).toEqual(["agentfs-sync", "agentfs-sync-core"]);
  for (const tarball of packed) {
    const { stdout } = await runChild("tar", ["-tf", tarball], { cwd: join(clone, "packed") });
    expect(stdout.split("\n")).toEqual(expect.arrayContaining(["package/README.md", "package/LICENSE", "package/package.json"]));
    const manifest = await runChild("tar", ["-xOf", tarball, "package/package.json"], { cwd: join(clone, "packed") });
    expect(manifest.stdout).not.toContain("workspace:");
  }
  // What would be sent, without sending it.
  const bin = join(clone, "bin");
  await mkdir(bin);
  const npm = (await runChild("sh", ["-c", "command -v npm"])).stdout.trim();
  await writeFile(join(bin, "npm"), `#!/bin/sh\nexec '${npm}' "$@" --dry-run --offline\n`, { mode: 0o755 });
  const published = await runStep("Publish to npm", clone, { PATH: `${bin}:${process.env.PATH}` });
  expect(published.exitCode, published.stdout + published.stderr).toBe(0);
  expect(published.stdout.match(/^\+ (@agentfs-sync\/core|agentfs-sync)@\d/gm)).toHaveLength(2);
});

it("moves the tag of the major version to the newest release, and never back", async () => {
  const folder = await makeTempDir();
  const [origin, clone] = [join(folder, "origin"), join(folder, "clone")];
  await git(folder, "init", "--quiet", "--bare", origin);
  await git(folder, "clone", "--quiet", origin, clone);
  const release = async (tag: string) => {
    await git(clone, "commit", "--quiet", "--allow-empty", "-m", tag);
    await git(clone, "tag", tag);
    const sha = await git(clone, "rev-parse", "HEAD");
    const env = { GITHUB_REF_NAME: tag, GITHUB_SHA: sha, GH_TOKEN: "token", GITHUB_SERVER_URL: "https://github.test" };
    const moved = await runStep("Move it", clone, env);
    expect(moved.exitCode, moved.stderr).toBe(0);
    return sha;
  };
  const at = (tag: string) => git(origin, "rev-parse", `refs/tags/${tag}`);
  const first = await release("v1.9.0");
  expect(await at("v1")).toBe(first);
  const second = await release("v1.10.0");
  expect(await at("v1")).toBe(second);
  await release("v1.9.1");
  expect(await at("v1")).toBe(second);
  await release("v2.0.0");
  expect(await at("v1")).toBe(second);
});
