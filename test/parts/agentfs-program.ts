import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { nodePath } from "./programs.ts";
import { COMPILED_ONCE } from "./run-child.ts";
import { makeTempDir } from "./temp.ts";

/** The path of an `agentfs`: the real one that AGENTFS_BINARY names, or the fake. */
export async function agentfsPath(): Promise<string> {
  return process.env.AGENTFS_BINARY ?? fakeAgentfs();
}

/** The fake as one program that can be started by its path. */
export async function fakeAgentfs(): Promise<string> {
  const path = join(await makeTempDir(), "agentfs");
  const main = fileURLToPath(new URL("fake-agentfs/main.ts", import.meta.url));
  const exports = Object.entries(COMPILED_ONCE)
    .map(([name, value]) => `export ${name}='${value}'`)
    .join("\n");
  await writeFile(path, `#!/bin/sh\n${exports}\nexec '${nodePath()}' --disable-warning=ExperimentalWarning '${main}' "$@"\n`);
  await chmod(path, 0o755);
  return path;
}
