/**
 * Preloaded into `engine-child.ts`: counts whatever changes a file, by `node:fs` or by `node:sqlite`, and ends the process by
 * SIGKILL right before the one numbered KILL_POINT. What a crash leaves at every such point is what it leaves at any point between.
 * Or it lets the one numbered FAIL_POINT fail, as on a disk that is full.
 */
import fs from "node:fs";
import promises from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { dirname } from "node:path";
import { DatabaseSync, StatementSync } from "node:sqlite";

const killAt = Number(process.env["KILL_POINT"] ?? 0);
const failAt = Number(process.env["FAIL_POINT"] ?? 0);
const countFile = process.env["KILL_POINT_COUNT_FILE"];
let count = 0;

function pass(): void {
  count++;
  if (count === killAt) process.kill(process.pid, "SIGKILL");
  if (count === failAt)
    throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC", syscall: "write" });
}

type AnyFunction = (...args: unknown[]) => unknown;

function counted<T extends object>(owner: T, name: keyof T, doesCount: (argument: string) => boolean = () => true): void {
  const original = owner[name] as AnyFunction;
  const wrapped = function (this: unknown, ...args: unknown[]): unknown {
    if (doesCount(String(args.at(-1)))) pass();
    return original.apply(this, args);
  };
  Object.defineProperty(owner, name, { value: wrapped, configurable: true, writable: true });
}

for (const name of ["copyFile", "link", "mkdir", "rename", "rm"] as const) counted(promises, name);
const { writeFileSync } = fs;
for (const name of ["mkdirSync", "renameSync", "writeFileSync"] as const) counted(fs, name);
const { open } = promises;
Object.defineProperty(promises, "open", {
  value: async (...args: Parameters<typeof open>) => {
    const handle = await open(...args);
    if (args[1] !== undefined && args[1] !== "r")
      for (const name of ["appendFile", "write", "writeFile", "writev", "truncate"] as const) counted(handle, name);
    return handle;
  },
});
// The names under which SQLite opens an image that is in two files; the first of the two is there then. Once in each folder.
const folders = new Set<string>();
counted(
  fs,
  "linkSync",
  (name) => name.endsWith("-wal") && !folders.has(dirname(name)) && folders.add(dirname(name)) !== undefined,
);
syncBuiltinESMExports();
// Not what only says how an image is to be read.
counted(DatabaseSync.prototype, "exec", (sql) => !sql.startsWith("PRAGMA locking_mode"));
counted(StatementSync.prototype, "run");

process.once("exit", () => {
  if (countFile !== undefined) writeFileSync(countFile, String(count));
});
