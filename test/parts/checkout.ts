import { cp, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { REPOSITORY } from "./programs.ts";
import { runChild } from "./run-child.ts";
import { makeTempDir } from "./temp.ts";

/**
 * A user's project as a git repository of its own, with one commit: files and folders of this repository, by their place
 * in the project.
 * @example await makeCheckout({ "action.yml": "action.yml", "agent.mjs": "test/workflows/agent.mjs" })
 */
export async function makeCheckout(files: Readonly<Record<string, string>>): Promise<string> {
  const checkout = await makeTempDir();
  for (const [target, source] of Object.entries(files)) {
    await mkdir(dirname(join(checkout, target)), { recursive: true });
    await cp(join(REPOSITORY, source), join(checkout, target), { recursive: true });
  }
  await writeFile(join(checkout, ".gitignore"), "node_modules\n.agentfs\n.gitlab-ci-local\n");
  const git = async (...args: string[]) => {
    const { exitCode, stderr } = await runChild("git", args, { cwd: checkout, env: GIT_ENVIRONMENT });
    if (exitCode !== 0) throw new Error(`git ${args.join(" ")} ended with ${exitCode}: ${stderr}`);
  };
  await git("init", "--quiet", "--initial-branch=main");
  await git("config", "user.name", "test");
  await git("config", "user.email", "test@example.org");
  await git("remote", "add", "origin", "git@gitlab.test:acme/agents.git");
  await git("add", "--all");
  await git("commit", "--quiet", "--message", "A project with an agent");
  return checkout;
}

/** The developer's own git configuration (hooks, signing) has no part in it. */
const GIT_ENVIRONMENT = { GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_SYSTEM: "/dev/null" };
