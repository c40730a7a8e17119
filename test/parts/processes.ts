import { readdir, readFile, readlink, stat } from "node:fs/promises";

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

/** The process and all that it started, and what they started (Linux). */
export async function familyOf(pid: number): Promise<readonly number[]> {
  const threads = await readdir(`/proc/${pid}/task`);
  const children = await Promise.all(threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/children`, "utf8")));
  const below = await Promise.all(children.flatMap((text) => text.split(" ").filter(Boolean).map(Number)).map(familyOf));
  return [pid, ...below.flat()];
}

/** What `/proc` shows of a process to another one of the same user, but its memory: name by name, with the files that it has open. */
export async function shownOf(pid: number): Promise<ReadonlyMap<string, string>> {
  const shown = new Map<string, string>();
  for (const name of ["environ", "cmdline", "status", "stat", "maps"]) {
    shown.set(name, await readFile(`/proc/${pid}/${name}`, "latin1"));
  }
  for (const fd of await readdir(`/proc/${pid}/fd`)) {
    const path = `/proc/${pid}/fd/${fd}`;
    const link = await readlink(path).catch(() => "");
    shown.set(`fd ${fd}`, link);
    if ((await stat(path).catch(() => null))?.isFile() === true) shown.set(`file ${link}`, await readFile(path, "latin1"));
  }
  return shown;
}
