import { execFile } from "node:child_process";
import { access, constants, mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { addPath } from "@actions/core";
import { isLoopback, SyncError } from "@agentfs-sync/core";
import type { StepConsole } from "../console.ts";
import { downloadChecked } from "./download.ts";

/** What Node.js calls a machine, and what the releases of AgentFS call it. */
const TARGETS: Readonly<Record<string, string>> = {
  "linux-x64": "x86_64-unknown-linux-gnu",
  "linux-arm64": "aarch64-unknown-linux-gnu",
  "darwin-x64": "x86_64-apple-darwin",
  "darwin-arm64": "aarch64-apple-darwin",
};
const RELEASES = "https://github.com/tursodatabase/agentfs/releases/download";

export interface AgentfsRelease {
  /** E.g. `0.6.4`. */
  readonly version: string;
  /** Of the archive, in hex; null: as published beside it. */
  readonly sha256: string | null;
}

/**
 * Puts the `agentfs` program of a release on the PATH of the job's later steps, from the machine's tool cache if it is there already.
 * @throws SyncError `agentfs-unsupported` (no release for this machine), and as `downloadChecked` does
 */
export async function installAgentfs(release: AgentfsRelease, env: NodeJS.ProcessEnv, say: StepConsole): Promise<void> {
  const machine = `${process.platform}-${process.arch}`;
  const target = TARGETS[machine];
  if (target === undefined) {
    throw new SyncError("agentfs-unsupported", `AgentFS has no release for ${machine}.`, {
      hint: "Leave the input agentfs-version away, and install the program in a step of its own.",
    });
  }
  const folder = join(env.RUNNER_TOOL_CACHE || env.RUNNER_TEMP || tmpdir(), "agentfs", release.version, process.arch);
  if (await isInstalled(folder, release.sha256)) say.info(`agentfs ${release.version} was installed on this machine already`);
  else await install(folder, `${releasesUrl(env)}/v${release.version}/agentfs-${target}.tar.xz`, target, release, say);
  addPath(folder);
  if (process.platform === "linux" && !(await isOnPath("fusermount3", env))) {
    say.warn(
      "fusermount3 is missing here (package fuse3): `agentfs exec` would lose all that its command writes, and say nothing.",
    );
  }
}

/** The sum is written last: a folder without it was cut short. */
const sumFile = (folder: string) => `${folder}.complete`;

async function isInstalled(folder: string, sha256: string | null): Promise<boolean> {
  const sum = await readFile(sumFile(folder), "utf8").catch(() => null);
  return sum !== null && (sha256 === null || sum.trim() === sha256);
}

async function install(folder: string, url: string, target: string, release: AgentfsRelease, say: StepConsole): Promise<void> {
  const work = `${folder}.work`;
  await mkdir(join(folder, ".."), { recursive: true });
  const temporary = await mkdtemp(work);
  try {
    const archive = join(temporary, "archive.tar.xz");
    const sum = await downloadChecked(url, archive, release.sha256, say.signal);
    await promisify(execFile)("tar", ["-xf", archive, "-C", temporary]);
    await rm(sumFile(folder), { force: true });
    await rm(folder, { recursive: true, force: true });
    await rename(join(temporary, `agentfs-${target}`), folder);
    await access(join(folder, "agentfs"), constants.X_OK);
    await writeFile(sumFile(folder), `${sum}\n`);
    say.info(`agentfs ${release.version} was installed (SHA-256 ${sum})`);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** A mirror of the releases, for machines that reach nothing else. */
function releasesUrl(env: NodeJS.ProcessEnv): string {
  const given = env.AGENTFS_SYNC_RELEASES_URL || RELEASES;
  const url = URL.parse(given);
  if (url?.protocol === "https:" || (url?.protocol === "http:" && isLoopback(url.hostname))) return given.replace(/\/+$/, "");
  throw new SyncError("config-invalid", "AGENTFS_SYNC_RELEASES_URL must be an https: URL (http: on loopback only).");
}

async function isOnPath(program: string, env: NodeJS.ProcessEnv): Promise<boolean> {
  const folders = (env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  const found = await Promise.all(
    folders.map((folder) =>
      access(join(folder, program), constants.X_OK).then(
        () => true,
        () => false,
      ),
    ),
  );
  return found.includes(true);
}
