import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { delimiter, dirname, join } from "node:path";
import { makeCheckout } from "./checkout.ts";
import { cliPath, nodePath, REPOSITORY } from "./programs.ts";
import { type ChildResult, runChild } from "./run-child.ts";
import { makeTempDir } from "./temp.ts";

/** A project with a pipeline and the components of templates/, as GitLab's runner would see it. What is cached stays from run to run. */
export interface GitLabProject {
  readonly folder: string;
  /** @param jobs by name, without what they need; all if none is named. @param variables CI/CD variables of the project */
  run(variables: Readonly<Record<string, string>>, ...jobs: readonly string[]): Promise<ChildResult>;
  /** The pipeline with all that it includes and extends, as YAML. */
  preview(variables: Readonly<Record<string, string>>): Promise<string>;
  /** A file that a job left as an artifact. */
  artifact(job: string, path: string): Promise<string>;
}

/**
 * Pipelines are run by the real `gitlab-ci-local`, with the components included from the same commit, and each job in a folder of its own,
 * as processes of this machine. `agentfs-sync` is on the PATH.
 * @param pipeline name of a file in test/workflows
 */
export async function gitLabProject(pipeline: string): Promise<GitLabProject> {
  await needRsync();
  const home = await makeTempDir();
  const program = createRequire(import.meta.url).resolve("gitlab-ci-local");
  const folder = await makeCheckout({
    ".gitlab-ci.yml": `test/workflows/${pipeline}`,
    "agent.mjs": "test/workflows/agent.mjs",
    templates: "templates",
  });
  const path = [await makeCommandFolder(), dirname(nodePath()), process.env.PATH].join(delimiter);
  const state = join(folder, ".gitlab-ci-local");
  const run = async (variables: Readonly<Record<string, string>>, args: readonly string[]) => {
    const variablesFile = join(home, "variables.yml");
    // Said in full: a plain text that is a path would be taken for a file to copy.
    const entries = Object.entries({ ...LIKE_GITLAB, ...variables }).map(
      ([name, value]) => [name, { type: "variable", values: { "*": value } }] as const,
    );
    await writeFile(variablesFile, JSON.stringify(Object.fromEntries(entries)));
    const files = ["--variables-file", variablesFile, "--home", home];
    const ours = ["--ignore-predefined-vars", Object.keys(LIKE_GITLAB).join(",")];
    const flags = ["--force-shell-executor", "--shell-isolation", "--no-color", ...files, ...ours];
    return runChild(nodePath(), [program, ...flags, ...args], { cwd: folder, env: { HOME: home, PATH: path } });
  };
  return {
    folder,
    run: (variables, ...jobs) => run(variables, jobs),
    preview: async (variables) => {
      const { exitCode, stdout, stderr } = await run(variables, ["--preview"]);
      if (exitCode !== 0) throw new Error(stdout + stderr);
      return stdout;
    },
    artifact: (job, path) => readFile(join(state, "artifacts", job, path), "utf8"),
  };
}

/** gitlab-ci-local says of itself that it is not GitLab, and that no branch is protected. */
const LIKE_GITLAB = { GITLAB_CI: "true", CI_COMMIT_REF_PROTECTED: "true" };

/** gitlab-ci-local copies the project with it. */
async function needRsync(): Promise<void> {
  const { exitCode, stderr } = await runChild(nodePath(), [join(REPOSITORY, "scripts/debian-packages.mjs"), "rsync"]);
  if (exitCode !== 0) throw new Error(stderr.trim());
}

/** A folder with `agentfs-sync` in it, as an installed package would have it. */
export async function makeCommandFolder(): Promise<string> {
  const folder = join(await makeTempDir(), "bin");
  await mkdir(folder);
  const command = join(folder, "agentfs-sync");
  await writeFile(command, `#!/bin/sh\nexec '${nodePath()}' '${cliPath()}' "$@"\n`);
  await chmod(command, 0o755);
  return folder;
}
