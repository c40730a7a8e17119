import { expect, test } from "vitest";
import { provenance } from "./provenance.ts";

test("a run on GitHub Actions names the repository, the commit and the page of the run", () => {
  const env = {
    GITHUB_ACTIONS: "true",
    GITHUB_REPOSITORY: "acme/bot",
    GITHUB_SHA: "abc",
    GITHUB_SERVER_URL: "https://github.example.com",
    GITHUB_RUN_ID: "7",
  };
  const runUrl = "https://github.example.com/acme/bot/actions/runs/7";
  expect(provenance(env)).toEqual({ ci: "github", repository: "acme/bot", commit: "abc", runUrl });
  expect(provenance({ ...env, GITHUB_RUN_ID: undefined }).runUrl).toBeNull();
});

test("a run on GitLab names the project, the commit and the page of the job", () => {
  const env = {
    GITLAB_CI: "true",
    CI_PROJECT_PATH: "acme/bot",
    CI_COMMIT_SHA: "abc",
    CI_JOB_URL: "https://gitlab.example.com/-/jobs/1",
  };
  expect(provenance(env)).toEqual({
    ci: "gitlab",
    repository: "acme/bot",
    commit: "abc",
    runUrl: "https://gitlab.example.com/-/jobs/1",
  });
});

test("a run elsewhere names nothing", () => {
  expect(provenance({ CI: "true" })).toEqual({ ci: null, repository: null, commit: null, runUrl: null });
});
