import { readdir, readFile } from "node:fs/promises";

export interface SeenProcess {
  readonly argv: string;
  readonly environment: string;
}

/** What anybody of the same user sees of a process's children (Linux). */
export async function childrenOf(pid: number): Promise<readonly SeenProcess[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const seen = await Promise.all(pids.map((each) => look(each, pid)));
  return seen.filter((process) => process !== null);
}

async function look(pid: string, parent: number): Promise<SeenProcess | null> {
  try {
    const status = await readFile(`/proc/${pid}/status`, "utf8");
    if (!status.includes(`PPid:\t${parent}\n`)) return null;
    const read = async (name: string) => (await readFile(`/proc/${pid}/${name}`, "utf8")).replaceAll("\0", " ");
    return { argv: await read("cmdline"), environment: await read("environ") };
  } catch (error) {
    // It has ended meanwhile, or is somebody else's.
    if (["ENOENT", "ESRCH", "EACCES"].includes((error as NodeJS.ErrnoException).code ?? "")) return null;
    throw error;
  }
}
