import type { Provenance } from "@agentfs-sync/core";
import type { Environment } from "./args/settings.ts";

interface CiSystem {
  readonly ci: string;
  /** The variable that is "true" there. */
  readonly marker: string;
  readonly repository: string;
  readonly commit: string;
  readonly runUrl: (env: Environment) => string | null;
}

/** One row per CI system, from their lists of predefined variables. */
const CI_SYSTEMS: readonly CiSystem[] = [
  {
    // https://docs.github.com/actions/reference/workflows-and-actions/variables
    ci: "github",
    marker: "GITHUB_ACTIONS",
    repository: "GITHUB_REPOSITORY",
    commit: "GITHUB_SHA",
    runUrl: (env) => {
      const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: run } = env;
      return server && repository && run ? `${server}/${repository}/actions/runs/${run}` : null;
    },
  },
  {
    // https://docs.gitlab.com/ci/variables/predefined_variables/
    ci: "gitlab",
    marker: "GITLAB_CI",
    repository: "CI_PROJECT_PATH",
    commit: "CI_COMMIT_SHA",
    runUrl: (env) => env.CI_JOB_URL || null,
  },
];

/** Where this run comes from, for its receipt on the remote; all null outside a known CI. */
export function provenance(env: Environment): Provenance {
  const system = CI_SYSTEMS.find(({ marker }) => env[marker] === "true");
  if (system === undefined) return { ci: null, repository: null, commit: null, runUrl: null };
  const { ci, repository, commit, runUrl } = system;
  return { ci, repository: env[repository] || null, commit: env[commit] || null, runUrl: runUrl(env) };
}
