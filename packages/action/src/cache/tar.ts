import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/**
 * Why entries cannot be unpacked here; null if they can. `@actions/cache` lets `tar` follow whatever names are in an archive. GNU tar alone
 * can be told by its environment to cut them: that of BSD, and of BusyBox in containers, would write where a stranger wants.
 */
export async function whyNoTar(platform: NodeJS.Platform = process.platform): Promise<string | null> {
  if (platform === "win32") return "on Windows, names in an archive cannot be kept in their folder.";
  // As `@actions/cache` chooses on a Mac.
  const [first, ...others] = platform === "darwin" ? ["gtar", "tar"] : ["tar"];
  const said = await versionOf(first);
  const [next] = said === null ? others : [];
  const version = said ?? (next === undefined ? null : await versionOf(next));
  if (version?.includes("GNU tar") === true) return null;
  return version === null ? "there is no `tar`." : "the `tar` of this machine is not GNU tar.";
}

async function versionOf(program: string | undefined): Promise<string | null> {
  if (program === undefined) return null;
  try {
    return (await run(program, ["--version"], { timeout: 5000 })).stdout;
  } catch (error) {
    // One that does not know the option is there all the same.
    return (error as NodeJS.ErrnoException).code === "ENOENT" ? null : "";
  }
}
