import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { detectCi, jobStatus, provenance } from "./detect.ts";
import { CI_SYSTEMS } from "./systems.ts";
import { decideTrust } from "./trust.ts";

const ENVIRONMENTS: Readonly<Record<string, Readonly<Record<string, string>>>> = JSON.parse(
  readFileSync(new URL("../../../../test/fixtures/ci-environments.json", import.meta.url), "utf8"),
);

interface Row {
  readonly id: string;
  readonly runUrl: string;
  readonly repository: string;
  /** What its variable says of a job that succeeded, failed and was cancelled; null: it has no such variable, or no such word. */
  readonly status: readonly [variable: string, success: string, failure: string, cancelled: string | null] | null;
  readonly group: readonly [start: string, end: string] | null;
  /** What changes when strangers may have written what runs. */
  readonly strangers: Readonly<Record<string, string>>;
}

const ROWS: readonly Row[] = [
  {
    id: "github-actions",
    runUrl: "https://github.com/acme/agents/actions/runs/9876543210",
    repository: "acme/agents",
    status: null,
    group: ["::group::Pull", "::endgroup::"],
    strangers: { GITHUB_EVENT_NAME: "pull_request_target" },
  },
  {
    id: "forgejo",
    runUrl: "https://codeberg.org/acme/agents/actions/runs/42",
    repository: "acme/agents",
    status: null,
    group: ["::group::Pull", "::endgroup::"],
    strangers: { GITHUB_EVENT_NAME: "pull_request" },
  },
  {
    id: "gitea",
    runUrl: "https://gitea.example.com/acme/agents/actions/runs/42",
    repository: "acme/agents",
    status: null,
    group: ["::group::Pull", "::endgroup::"],
    strangers: { GITHUB_EVENT_NAME: "" },
  },
  {
    id: "gitlab",
    runUrl: "https://gitlab.com/acme/agents/-/jobs/7001",
    repository: "acme/agents",
    status: ["CI_JOB_STATUS", "success", "failed", "canceled"],
    group: [
      "\u001b[0Ksection_start:1700000000:one[collapsed=true]\r\u001b[0KPull",
      "\u001b[0Ksection_end:1700000000:one\r\u001b[0K",
    ],
    strangers: { CI_COMMIT_REF_PROTECTED: "false" },
  },
  {
    id: "buildkite",
    runUrl: "https://buildkite.com/acme/agents/builds/42",
    repository: "agents",
    status: ["BUILDKITE_COMMAND_EXIT_STATUS", "0", "1", null],
    group: ["--- Pull", "+++ agentfs-sync: done"],
    strangers: { BUILDKITE_PULL_REQUEST: "7", BUILDKITE_PULL_REQUEST_REPO: "git://github.com/mallory/agents.git" },
  },
  {
    id: "circleci",
    runUrl: "https://circleci.com/gh/acme/agents/42",
    repository: "agents",
    status: null,
    group: null,
    strangers: { CIRCLE_PR_NUMBER: "7", CIRCLE_PR_REPONAME: "agents", CIRCLE_PR_USERNAME: "mallory" },
  },
  {
    id: "azure",
    runUrl: "https://dev.azure.com/acme/agents/_build/results?buildId=42",
    repository: "acme/agents",
    status: ["AGENT_JOBSTATUS", "SucceededWithIssues", "Failed", "Canceled"],
    group: ["##[group]Pull", "##[endgroup]"],
    strangers: { BUILD_REASON: "PullRequest", SYSTEM_PULLREQUEST_ISFORK: "True" },
  },
  {
    id: "woodpecker",
    runUrl: "https://ci.example.com/repos/7/pipeline/42",
    repository: "acme/agents",
    status: ["CI_PIPELINE_STATUS", "success", "failure", "killed"],
    group: null,
    strangers: { CI_PIPELINE_EVENT: "pull_request" },
  },
  {
    id: "bitbucket",
    runUrl: "https://bitbucket.org/acme/agents/pipelines/results/42",
    repository: "acme/agents",
    status: ["BITBUCKET_EXIT_CODE", "0", "2", null],
    group: null,
    strangers: { BITBUCKET_PR_ID: "7" },
  },
  {
    id: "jenkins",
    runUrl: "https://jenkins.example.com/job/acme/job/agents/42/",
    repository: "acme/agents",
    status: null,
    group: null,
    strangers: { CHANGE_ID: "7", CHANGE_FORK: "mallory/agents" },
  },
];

const URL_TEMPLATE = "libsql://{agent}-acme.turso.io";
const asked = { trust: "auto", readOnly: false, authToken: "t", remoteUrl: URL_TEMPLATE } as const;

describe.each(ROWS)("$id", ({ id, runUrl, repository, status, group, strangers }) => {
  const env = ENVIRONMENTS[id] ?? {};

  test("is known by its variables, and by none of the others", () => {
    expect(detectCi(env)?.id).toBe(id);
  });

  test("names repository, commit and page of the run, and nothing that may hold a password", () => {
    expect(provenance(env)).toEqual({ ci: id, repository, commit: "0123456789abcdef0123456789abcdef01234567", runUrl });
  });

  test("says how the job went, where it tells its jobs", () => {
    const [variable, ...words] = status ?? ["NONE", "", "", null];
    const ends = ["success", "failure", "cancelled"] as const;
    for (const [at, word] of words.entries()) {
      if (word !== null) expect(jobStatus({ ...env, [variable]: word })).toBe(status === null ? null : ends[at]);
    }
    expect(jobStatus({ ...env, [variable]: "" })).toBeNull();
    if (status !== null && status[1] !== "0") expect(jobStatus({ ...env, [variable]: "toString" })).toBeNull();
  });

  test("folds its log away, where it can", () => {
    const grouping = detectCi(env)?.grouping ?? null;
    const now = new Date(1_700_000_000_000);
    expect(grouping && [grouping.start("Pull", "one", now), grouping.end("one", now)]).toEqual(group);
  });

  test("trusts what people with write access run, lets the rest read only, and does nothing without a token", () => {
    expect(decideTrust(asked, env)).toEqual({ trustClass: "trusted", why: null });
    const theirs = { ...env, ...strangers };
    expect(decideTrust(asked, theirs)).toMatchObject({
      trustClass: "read-only",
      why: expect.stringMatching(/^On .*: agents are pulled, but nothing/),
    });
    expect(decideTrust({ ...asked, trust: "trusted" }, theirs)).toEqual({ trustClass: "trusted", why: null });
    for (const one of [env, theirs]) {
      expect(decideTrust({ ...asked, authToken: undefined }, one)).toMatchObject({ trustClass: "none" });
      expect(decideTrust({ ...asked, readOnly: true }, one).trustClass).toBe("read-only");
    }
  });
});

test("every row of the table has an environment and is tested", () => {
  const ids = CI_SYSTEMS.map(({ id }) => id).sort();
  expect(ROWS.map(({ id }) => id).sort()).toEqual(ids);
  expect(Object.keys(ENVIRONMENTS).sort()).toEqual(ids);
});

describe("nowhere", () => {
  test("nothing is known of where it runs", () => {
    expect(detectCi({ CI: "true" })).toBeNull();
    expect(provenance({ CI: "true" })).toEqual({ ci: null, repository: null, commit: null, runUrl: null });
    expect(jobStatus({ CI_JOB_STATUS: "success" })).toBeNull();
  });

  test("somebody's own machine is trusted, a CI that is not in the table may only read", () => {
    expect(decideTrust(asked, {})).toEqual({ trustClass: "trusted", why: null });
    expect(decideTrust(asked, { CI: "true" })).toMatchObject({ trustClass: "read-only" });
  });

  test("a server on this machine may ask for no token, another one may not", () => {
    const without = { ...asked, authToken: undefined };
    expect(decideTrust({ ...without, remoteUrl: "http://127.0.0.1:8080/{agent}" }, {}).trustClass).toBe("trusted");
    expect(decideTrust({ ...without, remoteUrl: undefined }, {}).trustClass).toBe("none");
  });

  test("without --trust auto, what is told counts: no token is for the server to refuse", () => {
    expect(decideTrust({ ...asked, trust: "trusted", authToken: undefined }, {})).toEqual({ trustClass: "trusted", why: null });
    expect(decideTrust({ ...asked, trust: "none" }, {})).toMatchObject({
      trustClass: "none",
      why: expect.stringMatching(/^--trust is none/),
    });
  });
});

describe("whose a merge or pull request is", () => {
  const gitlab = { ...ENVIRONMENTS.gitlab, CI_MERGE_REQUEST_IID: "3" };
  const buildkite = { ...ENVIRONMENTS.buildkite, BUILDKITE_PULL_REQUEST: "7" };
  test.each([
    ["a merge request of the project", { ...gitlab, CI_MERGE_REQUEST_SOURCE_PROJECT_ID: "17" }, "trusted"],
    ["a merge request of a fork", { ...gitlab, CI_MERGE_REQUEST_SOURCE_PROJECT_ID: "99" }, "read-only"],
    ["a merge request of a project that is gone", gitlab, "read-only"],
    ["a GitLab that does not say", { GITLAB_CI: "true" }, "read-only"],
    [
      "a pull request, by another address",
      { ...buildkite, BUILDKITE_PULL_REQUEST_REPO: "https://github.com/Acme/agents" },
      "trusted",
    ],
    ["a pull request of nobody", { ...buildkite, BUILDKITE_PULL_REQUEST_REPO: "" }, "read-only"],
    ["an Azure pull request that does not say", { ...ENVIRONMENTS.azure, BUILD_REASON: "PullRequest" }, "read-only"],
  ])("%s", (_, env, trustClass) => {
    expect(decideTrust(asked, env).trustClass).toBe(trustClass);
  });
});
