import type { CiSystem, Grouping } from "./system.ts";

const GITHUB_GROUPS: Grouping = {
  start: (title) => `::group::${title}`,
  end: () => "::endgroup::",
  shown: "`::group::`",
};
const seconds = (date: Date) => Math.floor(date.getTime() / 1000);

/** What people without write access cannot start with content of their own. */
const OWN_EVENTS = ["push", "schedule", "workflow_dispatch"];

/** GitHub's, and of those that took it over. */
const ACTIONS = {
  jobStatus: null,
  grouping: GITHUB_GROUPS,
  masking: "secrets; `::add-mask::` for more",
  strangers: "the event is another one than `push`, `schedule` or `workflow_dispatch`",
  hasStrangers: ({ GITHUB_EVENT_NAME: event = "" }) => !OWN_EVENTS.includes(event),
} as const satisfies Partial<CiSystem>;

/** As their issue trackers number the runs: in their pages' addresses. */
const FORGE_RUN = {
  repository: "GITHUB_REPOSITORY",
  commit: "GITHUB_SHA",
  runUrl: "{GITHUB_SERVER_URL}/{GITHUB_REPOSITORY}/actions/runs/{GITHUB_RUN_NUMBER}",
} as const;

/** The one table of CI systems, the most special first: Forgejo and Gitea say that they are GitHub, too. */
export const CI_SYSTEMS: readonly CiSystem[] = [
  {
    ...ACTIONS,
    id: "forgejo",
    title: "Forgejo Actions",
    source: "https://forgejo.org/docs/latest/user/actions/reference/",
    marker: { variable: "FORGEJO_ACTIONS", value: "true" },
    provenance: FORGE_RUN,
  },
  {
    ...ACTIONS,
    id: "gitea",
    title: "Gitea Actions",
    source: "https://docs.gitea.com/usage/actions/actions-variables",
    marker: { variable: "GITEA_ACTIONS", value: "true" },
    provenance: FORGE_RUN,
  },
  {
    ...ACTIONS,
    id: "github-actions",
    title: "GitHub Actions",
    source: "https://docs.github.com/actions/reference/workflows-and-actions/variables",
    marker: { variable: "GITHUB_ACTIONS", value: "true" },
    provenance: { ...FORGE_RUN, runUrl: "{GITHUB_SERVER_URL}/{GITHUB_REPOSITORY}/actions/runs/{GITHUB_RUN_ID}" },
  },
  {
    id: "gitlab",
    title: "GitLab CI/CD",
    source: "https://docs.gitlab.com/ci/variables/predefined_variables/",
    marker: { variable: "GITLAB_CI", value: "true" },
    jobStatus: { variable: "CI_JOB_STATUS", words: { success: "success", failed: "failure", canceled: "cancelled" } },
    grouping: {
      start: (title, id, now) => `\u001b[0Ksection_start:${seconds(now)}:${id}[collapsed=true]\r\u001b[0K${title}`,
      end: (id, now) => `\u001b[0Ksection_end:${seconds(now)}:${id}\r\u001b[0K`,
      shown: "`section_start`",
    },
    masking: "masked variables; nothing more at run time",
    provenance: { repository: "CI_PROJECT_PATH", commit: "CI_COMMIT_SHA", runUrl: "{CI_JOB_URL}" },
    strangers: "the branch or tag is not protected, or a merge request comes from a fork",
    hasStrangers: (env) =>
      env.CI_COMMIT_REF_PROTECTED !== "true" ||
      (Boolean(env.CI_MERGE_REQUEST_IID) && env.CI_MERGE_REQUEST_SOURCE_PROJECT_ID !== env.CI_PROJECT_ID),
  },
  {
    id: "buildkite",
    title: "Buildkite",
    source: "https://buildkite.com/docs/pipelines/configure/environment-variables",
    marker: { variable: "BUILDKITE", value: "true" },
    jobStatus: { variable: "BUILDKITE_COMMAND_EXIT_STATUS", words: "exit code" },
    // A group goes on to the next one: what follows gets one of its own, which is open.
    grouping: { start: (title) => `--- ${title}`, end: () => "+++ agentfs-sync: done", shown: "`---`" },
    masking: "variables named `*_TOKEN`, `*_SECRET` and the like; `buildkite-agent redactor add` for more",
    // BUILDKITE_REPO is what git clones, which may hold a password.
    provenance: { repository: "BUILDKITE_PIPELINE_SLUG", commit: "BUILDKITE_COMMIT", runUrl: "{BUILDKITE_BUILD_URL}" },
    strangers: "a pull request comes from another repository",
    hasStrangers: ({ BUILDKITE_PULL_REQUEST: number = "false", BUILDKITE_PULL_REQUEST_REPO: head, BUILDKITE_REPO: base }) =>
      number !== "false" && number !== "" && repositoryOf(head) !== repositoryOf(base),
  },
  {
    id: "circleci",
    title: "CircleCI",
    source: "https://circleci.com/docs/variables/",
    marker: { variable: "CIRCLECI", value: "true" },
    jobStatus: null,
    grouping: null,
    masking: "values of project variables and contexts",
    provenance: { repository: "CIRCLE_PROJECT_REPONAME", commit: "CIRCLE_SHA1", runUrl: "{CIRCLE_BUILD_URL}" },
    strangers: "a pull request comes from a fork",
    hasStrangers: (env) => Boolean(env.CIRCLE_PR_NUMBER || env.CIRCLE_PR_REPONAME || env.CIRCLE_PR_USERNAME),
  },
  {
    id: "azure",
    title: "Azure Pipelines",
    source: "https://learn.microsoft.com/azure/devops/pipelines/build/variables",
    marker: { variable: "TF_BUILD", value: "True" },
    jobStatus: {
      variable: "AGENT_JOBSTATUS",
      words: { Succeeded: "success", SucceededWithIssues: "success", Failed: "failure", Canceled: "cancelled" },
    },
    grouping: { start: (title) => `##[group]${title}`, end: () => "##[endgroup]", shown: "`##[group]`" },
    masking: "secret variables; `##vso[task.setsecret]` for more",
    provenance: {
      repository: "BUILD_REPOSITORY_NAME",
      commit: "BUILD_SOURCEVERSION",
      runUrl: "{SYSTEM_COLLECTIONURI}{SYSTEM_TEAMPROJECT}/_build/results?buildId={BUILD_BUILDID}",
    },
    strangers: "a pull request comes from a fork",
    hasStrangers: ({ BUILD_REASON: reason, SYSTEM_PULLREQUEST_ISFORK: isFork }) =>
      reason === "PullRequest" && isFork?.toLowerCase() !== "false",
  },
  {
    id: "woodpecker",
    title: "Woodpecker CI",
    source: "https://woodpecker-ci.org/docs/usage/environment",
    marker: { variable: "CI", value: "woodpecker" },
    jobStatus: { variable: "CI_PIPELINE_STATUS", words: { success: "success", failure: "failure", killed: "cancelled" } },
    grouping: null,
    masking: "secrets",
    provenance: { repository: "CI_REPO", commit: "CI_COMMIT_SHA", runUrl: "{CI_PIPELINE_URL}" },
    strangers: "it is of a pull request, from wherever",
    hasStrangers: ({ CI_PIPELINE_EVENT: event = "" }) => event === "" || event.startsWith("pull_request"),
  },
  {
    id: "bitbucket",
    title: "Bitbucket Pipelines",
    source: "https://support.atlassian.com/bitbucket-cloud/docs/variables-and-secrets/",
    marker: { variable: "BITBUCKET_BUILD_NUMBER", value: null },
    jobStatus: { variable: "BITBUCKET_EXIT_CODE", words: "exit code" },
    grouping: null,
    masking: "secured variables",
    provenance: {
      repository: "BITBUCKET_REPO_FULL_NAME",
      commit: "BITBUCKET_COMMIT",
      runUrl: "https://bitbucket.org/{BITBUCKET_REPO_FULL_NAME}/pipelines/results/{BITBUCKET_BUILD_NUMBER}",
    },
    strangers: "it is of a pull request, from wherever",
    hasStrangers: (env) => Boolean(env.BITBUCKET_PR_ID),
  },
  {
    id: "jenkins",
    title: "Jenkins",
    source: "https://www.jenkins.io/doc/book/pipeline/jenkinsfile/#using-environment-variables",
    marker: { variable: "JENKINS_URL", value: null },
    jobStatus: null,
    grouping: null,
    masking: "what `withCredentials` binds",
    // GIT_URL is what git clones, which may hold a password.
    provenance: { repository: "JOB_NAME", commit: "GIT_COMMIT", runUrl: "{BUILD_URL}" },
    strangers: "a change request comes from a fork",
    hasStrangers: (env) => Boolean(env.CHANGE_FORK),
  },
];

/** The same repository is named with and without a password, `.git`, or another way to get at it. */
function repositoryOf(url = ""): string {
  const path = url.replace(/^([a-z+]+:\/\/)?([^@/]*@)?/i, "").replace(/(\.git)?\/?$/, "");
  return path.replace(":", "/").toLowerCase();
}
