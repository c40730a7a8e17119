import { execFile } from "node:child_process";
import { chmod, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { onCleanUp } from "../../parts/cleanup.ts";
import { makeTempDir } from "../../parts/temp.ts";

const run = promisify(execFile);
const SIZE_KIB = 24 * 1024;

/** A small file system of its own for one job, where we may mount one; else its folder as it is. */
export class Disk {
  readonly #dir: string;
  #isMounted: boolean;

  private constructor(dir: string, isMounted: boolean) {
    this.#dir = dir;
    this.#isMounted = isMounted;
  }

  static async mount(dir: string): Promise<Disk> {
    const isMounted = await mountable();
    if (isMounted) await run("mount", ["-t", "tmpfs", "-o", `size=${SIZE_KIB}k`, "agentfs-sync-chaos", dir]);
    const disk = new Disk(dir, isMounted);
    onCleanUp(() => disk.unmount());
    return disk;
  }

  /** Whether it can be filled. */
  get isBounded(): boolean {
    return this.#isMounted;
  }

  /** Leaves so much. */
  async fill(freeKiB: number): Promise<void> {
    const { stdout } = await run("df", ["--output=avail", "-k", this.#dir]);
    const available = Number(stdout.split("\n")[1]);
    await writeFile(this.#filler, Buffer.alloc(Math.max(0, available - freeKiB) * 1024));
  }

  async empty(): Promise<void> {
    await rm(this.#filler, { force: true });
  }

  /** Root may write whatever the mode says, so there it is the mount that refuses. */
  async setReadOnly(isReadOnly: boolean): Promise<void> {
    if (this.#isMounted) await run("mount", ["-o", `remount,${isReadOnly ? "ro" : "rw"}`, this.#dir]);
    else for (const folder of [this.#dir, join(this.#dir, ".agentfs")]) await chmodIfThere(folder, isReadOnly ? 0o555 : 0o755);
  }

  async unmount(): Promise<void> {
    if (!this.#isMounted) return;
    this.#isMounted = false;
    await run("umount", ["-l", this.#dir]);
  }

  get #filler(): string {
    return join(this.#dir, "filler");
  }
}

async function chmodIfThere(path: string, mode: number): Promise<void> {
  try {
    await chmod(path, mode);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
  }
}

let isMountable: Promise<boolean> | undefined;

/** Asked once. */
function mountable(): Promise<boolean> {
  isMountable ??= (async () => {
    const dir = await makeTempDir();
    try {
      await run("mount", ["-t", "tmpfs", "-o", "size=64k", "agentfs-sync-chaos", dir]);
      await run("umount", [dir]);
      return true;
    } catch {
      return false;
    }
  })();
  return isMountable;
}
