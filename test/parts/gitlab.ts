import { chmod, mkdir, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { delimiter, dirname, join } from "node:path";
import { makeCheckout } from "./checkout.ts";
import { cliPath, nodePath, REPOSITORY } from "./programs.ts";
import { type ChildResult, runChild } from "./run-child.ts";
import { makeTempDir } from "./temp.ts";

export interface GitLabOptions {
  /** Name of a file in test/workflows. */
  readonly pipeline: string;
  /** CI/CD variables of the project. */
  readonly variables: Readonly<Record<string, string>>;
}

/**
 * Runs a pipeline by the real `gitlab-ci-local`, with the component in templates/ included from the same commit, and each
 * job in a folder of its own, as processes of this machine. `agentfs-sync` is on the PATH.
 */
export async function runGitLab({ pipeline, variables }: GitLabOptions): Promise<ChildResult> {
  await needRsync();
  const home = await makeTempDir();
  const variablesFile = join(home, "variables.yml");
  // Said in full: a plain text that is a path would be taken for a file to copy.
  const entries = Object.entries(variables).map(([name, value]) => [name, { type: "variable", values: { "*": value } }]);
  await writeFile(variablesFile, JSON.stringify(Object.fromEntries(entries)));
  const program = createRequire(import.meta.url).resolve("gitlab-ci-local");
  const flags = ["--force-shell-executor", "--shell-isolation", "--no-color", "--variables-file", variablesFile, "--home", home];
  return runChild(nodePath(), [program, ...flags], {
    cwd: await makeCheckout({
      ".gitlab-ci.yml": `test/workflows/${pipeline}`,
      "agent.mjs": "test/workflows/agent.mjs",
      "templates/agentfs-sync/template.yml": "templates/agentfs-sync/template.yml",
    }),
    env: { HOME: home, PATH: [await makeCommandFolder(), dirname(nodePath()), process.env.PATH].join(delimiter) },
  });
}

/** gitlab-ci-local copies the project with it. */
async function needRsync(): Promise<void> {
  const { exitCode, stderr } = await runChild(nodePath(), [join(REPOSITORY, "scripts/debian-packages.mjs"), "rsync"]);
  if (exitCode !== 0) throw new Error(stderr.trim());
}

/** A folder with `agentfs-sync` in it, as an installed package would have it. */
async function makeCommandFolder(): Promise<string> {
  const folder = join(await makeTempDir(), "bin");
  await mkdir(folder);
  const command = join(folder, "agentfs-sync");
  await writeFile(command, `#!/bin/sh\nexec '${nodePath()}' '${cliPath()}' "$@"\n`);
  await chmod(command, 0o755);
  return folder;
}
