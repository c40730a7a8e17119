import type { Provenance } from "@agentfs-sync/core";

/** Where this run comes from, for the receipt on the remote. */
export function readProvenance(env: NodeJS.ProcessEnv): Provenance {
  const { GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: runId, GITHUB_SERVER_URL: serverUrl } = env;
  return {
    ci: "github-actions",
    repository: repository || null,
    commit: env.GITHUB_SHA || null,
    runUrl: serverUrl && repository && runId ? `${serverUrl}/${repository}/actions/runs/${runId}` : null,
  };
}
