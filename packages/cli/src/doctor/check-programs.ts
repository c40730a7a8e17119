import { execFile } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { promisify } from "node:util";
import { type Check, checker, SyncError } from "@agentfs-sync/core";
import type { Environment } from "../args/settings.ts";
import { childEnvironment } from "../run/child-env.ts";
import { findOnPath } from "../run/find-program.ts";
import { VERSION } from "../version.ts";

const LONGEST_MS = 5_000;

export function checkVersions(): readonly Check[] {
  return [checker("node").ok(process.versions.node), checker("agentfs-sync").ok(VERSION)];
}

/** The `agentfs` program, which only what uses it needs, and what its mounts need of the machine. */
export async function checkAgentfs(env: Environment): Promise<readonly Check[]> {
  const check = checker("agentfs");
  const path = findOnPath("agentfs", env.PATH);
  if (path === null) return [check.skipped("not on the PATH: only engine `agentfs` and its own commands need it")];
  try {
    const { stdout } = await promisify(execFile)(path, ["--version"], { env: childEnvironment(env, null), timeout: LONGEST_MS });
    const [, version] = /^agentfs v?(\S+)\s*$/.exec(stdout) ?? [];
    const found = `${path} is ${version ?? `no AgentFS: it says ${JSON.stringify(stdout.slice(0, 80))}`}`;
    if (version?.startsWith("0.6.") === true) return [check.ok(found), checkFuse(env)];
    return [check.warning(found, "Use AgentFS 0.6.4; another program of that name may come first on the PATH."), checkFuse(env)];
  } catch (cause) {
    const message = `${path} could not say its version: ${cause instanceof Error ? cause.message : String(cause)}.`;
    return [check.failed(new SyncError("agentfs-unsupported", message, { cause }))];
  }
}

/** `agentfs exec` and `mount` use FUSE on Linux; without it `exec` exits with 0 and loses what its command wrote. */
function checkFuse(env: Environment): Check {
  const check = checker("fuse");
  if (process.platform !== "linux") return check.skipped("not used on this system");
  const missing = [
    ...(findOnPath("fusermount3", env.PATH) === null ? ["the program fusermount3"] : []),
    ...(isWritable("/dev/fuse") ? [] : ["/dev/fuse, to be read and written"]),
  ];
  if (missing.length === 0) return check.ok("fusermount3 and /dev/fuse are there");
  return check.warning(
    `${missing.join(" and ")} is missing: \`agentfs exec\` may lose what its command writes, and exit with 0`,
    "Install fuse3, and start a container with --device /dev/fuse --cap-add SYS_ADMIN; or let programs use the SDK.",
  );
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
