import { mkdir, open, readFile, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname } from "node:path";
import { SyncError } from "../errors.ts";
import type { AgentPaths } from "./paths.ts";

interface Holder {
  readonly pid: number;
  readonly host: string;
  /** Tells boots and containers apart, where the system says so. */
  readonly boot: string;
}

/**
 * Keeps two commands on one machine from working on one agent at a time. A lock whose process is gone is taken over.
 * @throws SyncError `locked`
 */
export async function acquireLock(paths: AgentPaths): Promise<AsyncDisposable> {
  await mkdir(dirname(paths.lock), { recursive: true });
  const me: Holder = { pid: process.pid, host: hostname(), boot: await bootId() };
  for (const isLastTry of [false, true]) {
    try {
      const handle = await open(paths.lock, "wx", 0o600);
      await handle.writeFile(JSON.stringify(me));
      await handle.close();
      return { [Symbol.asyncDispose]: () => rm(paths.lock, { force: true }) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    const holder = await readHolder(paths.lock);
    if (isLastTry || isAlive(holder, me)) {
      throw new SyncError(
        "locked",
        `Another agentfs-sync works on this agent (process ${holder?.pid ?? "unknown"}, lock ${paths.lock}).`,
      );
    }
    await rm(paths.lock, { force: true });
  }
  throw new SyncError("internal", "The lock was neither taken nor refused.");
}

async function readHolder(path: string): Promise<Holder | null> {
  try {
    const { pid, host, boot } = JSON.parse(await readFile(path, "utf8")) as Partial<Holder>;
    return typeof pid === "number" && typeof host === "string" && typeof boot === "string" ? { pid, host, boot } : null;
  } catch {
    // Gone, or written by a process that died while it wrote: nobody holds it.
    return null;
  }
}

/** On another host or boot we cannot look; a folder that came from there in a cache carries a lock of a machine that is gone. */
function isAlive(holder: Holder | null, me: Holder): boolean {
  if (holder === null || holder.host !== me.host || holder.boot !== me.boot) return false;
  try {
    process.kill(holder.pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

async function bootId(): Promise<string> {
  return readFile("/proc/sys/kernel/random/boot_id", "utf8").then(
    (text) => text.trim(),
    () => "",
  );
}
