import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { SyncError } from "@agentfs-sync/core";

/**
 * Checks that a command can be started, the way a shell looks for it, before anything else is done for it.
 * @throws SyncError `command-not-found`, `command-not-executable`
 */
export function assertProgram(command: string, searchPath: string | undefined, cwd: string): void {
  // Windows decides by file extensions; there the start itself finds out.
  if (process.platform === "win32") return;
  if (command === "") throw notFound("");
  const isPath = command.includes("/");
  const folders = (searchPath ?? "").split(delimiter).map((folder) => (folder === "" ? "." : folder));
  const candidates = isPath ? [resolve(cwd, command)] : folders.map((folder) => resolve(cwd, join(folder, command)));
  const kinds = candidates.map(look);
  if (kinds.includes("program")) return;
  if (kinds.includes("file") || (isPath && kinds.includes("folder"))) {
    throw new SyncError(
      "command-not-executable",
      `The command ${command} is ${kinds.includes("file") ? "not executable" : "a folder"}. Nothing was run and nothing was pushed.`,
    );
  }
  throw notFound(command);
}

/** The path of a program by its name alone; null if the PATH has none. */
export function findOnPath(name: string, searchPath: string | undefined): string | null {
  const folders = (searchPath ?? "").split(delimiter).filter((folder) => folder !== "");
  return folders.map((folder) => join(folder, name)).find((path) => look(path) === "program") ?? null;
}

const notFound = (command: string): SyncError =>
  new SyncError("command-not-found", `The command "${command}" was not found. Nothing was run and nothing was pushed.`);

type Found = "program" | "file" | "folder" | "nothing";

function look(path: string): Found {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return "nothing";
  if (stats.isDirectory()) return "folder";
  try {
    accessSync(path, constants.X_OK);
    return "program";
  } catch {
    return "file";
  }
}
