import { accessSync, constants, statSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { SyncError } from "@agentfs-sync/core";
import type { Environment } from "../args/settings.ts";

const WINDOWS = process.platform === "win32";
const PROGRAM = WINDOWS ? "tursodb.exe" : "tursodb";

/**
 * The real `tursodb` program: AGENTFS_SYNC_TURSODB, the npm package `turso` of ours or of the current folder, the PATH.
 * @throws SyncError `tursodb-missing`
 */
export function findTursodb(env: Environment, cwd: string): string {
  const named = env.AGENTFS_SYNC_TURSODB?.trim() ?? "";
  if (named !== "") {
    const path = resolve(cwd, named);
    if (isProgram(path)) return path;
    throw new SyncError("tursodb-missing", `AGENTFS_SYNC_TURSODB names ${named}, which is not an executable file.`);
  }
  const packaged = [import.meta.url, pathToFileURL(join(cwd, "package.json")).href].map(fromPackage);
  const onPath = (env.PATH ?? "")
    .split(delimiter)
    .filter((folder) => folder !== "")
    .map((folder) => join(folder, PROGRAM));
  const found = [...packaged, ...onPath].find((path) => path !== null && isProgram(path));
  if (found !== undefined && found !== null) return found;
  throw new SyncError(
    "tursodb-missing",
    "The program `tursodb`, which is the local server, was not found: not as npm package `turso`, not on the PATH.",
  );
}

/** The program itself, in the package for this platform beside `turso`: signals must reach it, not the shim around it. */
function fromPackage(from: string): string | null {
  const libc = process.platform === "linux" ? "-gnu" : WINDOWS ? "-msvc" : "";
  const platform = `@tursodatabase/cli-${process.platform}-${process.arch}${libc}`;
  const turso = resolvePackage(from, "turso");
  const beside = turso === null ? null : resolvePackage(turso, platform);
  return beside === null ? null : join(dirname(beside), PROGRAM);
}

/** The path of a package's package.json; null when it is not installed there. */
function resolvePackage(from: string, name: string): string | null {
  try {
    return createRequire(from).resolve(`${name}/package.json`);
  } catch {
    return null;
  }
}

function isProgram(path: string): boolean {
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return false;
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
