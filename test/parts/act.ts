import { readdir, writeFile } from "node:fs/promises";
import { basename, delimiter, dirname, join } from "node:path";
import { startActArtifacts } from "./act-artifacts.ts";
import { makeCheckout } from "./checkout.ts";
import { freePort } from "./free-port.ts";
import { nodePath, REPOSITORY } from "./programs.ts";
import { type ChildResult, runChild } from "./run-child.ts";
import { makeTempDir } from "./temp.ts";

export interface ActOptions {
  /** A file in test/workflows, or relative to it. */
  readonly workflow: string;
  readonly vars: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>>;
  /** Default: all jobs. */
  readonly job?: string;
  /** Whether act serves a cache (version 1 of the service), empty at first. Default: there is none. */
  readonly cache?: boolean;
  /** Whether act serves artifacts. Default: it does not. */
  readonly artifacts?: boolean;
}

export interface ActResult extends ChildResult {
  /** The zip of each artifact by its name. */
  readonly artifacts: ReadonlyMap<string, string>;
}

/**
 * Runs a workflow by the real `act`, each job in a folder of its own as on a fresh machine, the steps as processes of this
 * machine. The checkout holds the action as users get it (action.yml and dist/) and the programs beside the workflow.
 */
export async function runAct({ workflow, vars, secrets, job, cache = false, artifacts = false }: ActOptions): Promise<ActResult> {
  const home = await makeTempDir();
  const artifactsIn = join(home, "artifacts");
  const port = await freePort();
  const args = [
    "push",
    "--platform",
    "ubuntu-latest=-self-hosted",
    ...(cache ? ["--cache-server-path", join(home, "actions-cache"), "--cache-server-addr", "127.0.0.1"] : ["--no-cache-server"]),
    ...(artifacts
      ? ["--artifact-server-path", artifactsIn, "--artifact-server-addr", "127.0.0.1", "--artifact-server-port", `${port}`]
      : []),
    ...(job === undefined ? [] : ["--job", job]),
  ];
  // By file: secrets in act's environment would be in that of every step too, and in arguments they would show in process lists.
  const secretFile = join(home, "secrets");
  await writeFile(
    secretFile,
    Object.entries(secrets)
      .map(([name, value]) => `${name}=${value}\n`)
      .join(""),
  );
  args.push("--secret-file", secretFile);
  for (const [name, value] of Object.entries(vars)) args.push("--var", `${name}=${value}`);
  const result = await runChild(await installAct(), args, {
    cwd: await makeCheckout({
      "action.yml": "action.yml",
      dist: "dist",
      "agent.mjs": "test/workflows/agent.mjs",
      ".github/actions/memory": "test/workflows/memory",
      [`.github/workflows/${basename(workflow)}`]: `test/workflows/${workflow}`,
    }),
    env: {
      HOME: home,
      ...(artifacts && { ACTIONS_RUNTIME_URL: await startActArtifacts(port) }),
      XDG_CACHE_HOME: join(home, "cache"),
      XDG_CONFIG_HOME: join(home, "config"),
      // act runs `using: node24` by the `node` of the PATH.
      PATH: [dirname(nodePath()), process.env.PATH].join(delimiter),
    },
  });
  const zips = (artifacts && result.exitCode === 0 ? await readdir(artifactsIn, { recursive: true }) : []).filter((path) =>
    path.endsWith(".zip"),
  );
  return { ...result, artifacts: new Map(zips.map((path) => [basename(path, ".zip"), join(artifactsIn, path)])) };
}

async function installAct(): Promise<string> {
  const { exitCode, stdout, stderr } = await runChild(nodePath(), [join(REPOSITORY, "scripts/python-tools.mjs")]);
  if (exitCode !== 0) throw new Error(stderr);
  return stdout.trim();
}
