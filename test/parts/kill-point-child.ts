/**
 * Preloaded into `engine-child.ts`: counts whatever changes a file, by `node:fs/promises` or by `node:sqlite`, and ends the process by
 * SIGKILL right before the one numbered KILL_POINT. What a crash leaves at every such point is what it leaves at any point between.
 * Or it lets the one numbered FAIL_POINT fail, as on a disk that is full.
 */
import { writeFileSync } from "node:fs";
import promises from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
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

function counted<T extends object>(owner: T, name: keyof T): void {
  const original = owner[name] as AnyFunction;
  const wrapped = function (this: unknown, ...args: unknown[]): unknown {
    pass();
    return original.apply(this, args);
  };
  Object.defineProperty(owner, name, { value: wrapped, configurable: true, writable: true });
}

for (const name of ["copyFile", "link", "mkdir", "rename", "rm"] as const) counted(promises, name);
const { open } = promises;
Object.defineProperty(promises, "open", {
  value: async (...args: Parameters<typeof open>) => {
    const handle = await open(...args);
    if (args[1] !== undefined && args[1] !== "r")
      for (const name of ["writeFile", "writev", "truncate"] as const) counted(handle, name);
    return handle;
  },
});
syncBuiltinESMExports();
counted(DatabaseSync.prototype, "exec");
counted(StatementSync.prototype, "run");

process.once("exit", () => {
  if (countFile !== undefined) writeFileSync(countFile, String(count));
});
