import { describe, expect, it } from "vitest";
import { decideTrust } from "./trust.ts";

const inputs = { authToken: "t", remoteUrl: "libsql://{agent}-acme.turso.io", readOnly: "auto" } as const;
const OURS = { full_name: "acme/agents" };
const FORK = { full_name: "mallory/agents" };
const pullRequest = (head: unknown, base: unknown) => ({ pull_request: { head: { repo: head }, base: { repo: base } } });
const workflowRun = (head: unknown, event: unknown = "pull_request") => ({
  action: "completed",
  workflow_run: { event, head_repository: head, repository: OURS },
});
const classOf = (name: string, payload: unknown = {}) => decideTrust({ name, payload }, inputs).trustClass;

const REPOSITORY = { id: 1, full_name: "acme/agents", private: false };
const ROWS: readonly (readonly [what: string, name: string, payload: unknown, expected: string])[] = [
  ["a push", "push", { ref: "refs/heads/main", repository: REPOSITORY, pusher: { name: "ann" } }, "trusted"],
  ["a pull request of the repository", "pull_request", { action: "opened", number: 1, ...pullRequest(OURS, OURS) }, "trusted"],
  ["a fork's pull request", "pull_request", { action: "opened", number: 1, ...pullRequest(FORK, OURS) }, "read-only"],
  ["pull_request_target of a fork", "pull_request_target", { action: "opened", ...pullRequest(FORK, OURS) }, "read-only"],
  ["pull_request_target of the repository", "pull_request_target", { action: "opened", ...pullRequest(OURS, OURS) }, "read-only"],
  ["a workflow run of the repository", "workflow_run", workflowRun(OURS), "trusted"],
  ["a workflow run of a fork", "workflow_run", workflowRun(FORK), "read-only"],
  ["a workflow run after a push", "workflow_run", workflowRun(OURS, "push"), "trusted"],
  ["a workflow run after a comment", "workflow_run", workflowRun(OURS, "issue_comment"), "read-only"],
  ["a workflow run after what is not known", "workflow_run", workflowRun(OURS, "brand_new_event"), "read-only"],
  [
    "an issue",
    "issues",
    { action: "opened", issue: { number: 1, author_association: "NONE" }, repository: REPOSITORY },
    "read-only",
  ],
  ["a review", "pull_request_review", { action: "submitted", review: { body: "x" }, ...pullRequest(OURS, OURS) }, "read-only"],
  ["a review's comment", "pull_request_review_comment", { action: "created", ...pullRequest(OURS, OURS) }, "read-only"],
  ["a page of the wiki", "gollum", { pages: [{ action: "edited" }], repository: REPOSITORY }, "read-only"],
  ["a comment", "issue_comment", { action: "created", issue: { number: 1 }, comment: { body: "/run" } }, "read-only"],
  ["the clock", "schedule", { schedule: "0 6 * * *", repository: REPOSITORY }, "trusted"],
  ["a person's click", "workflow_dispatch", { inputs: {}, ref: "refs/heads/main", repository: REPOSITORY }, "trusted"],
  ["a merge queue", "merge_group", { action: "checks_requested", merge_group: { head_ref: "refs/heads/q" } }, "trusted"],
  ["a release", "release", { action: "published", release: { tag_name: "v1" }, repository: REPOSITORY }, "trusted"],
  ["an event that is not known", "brand_new_event", { repository: REPOSITORY }, "read-only"],
];

describe("the table of events", () => {
  it.each(ROWS)("%s", (_, name, payload, expected) => {
    expect(classOf(name, payload)).toBe(expected);
  });

  it.each(ROWS)("read-only true makes a run read-only: %s", (_, name, payload) => {
    expect(decideTrust({ name, payload }, { ...inputs, readOnly: "true" }).trustClass).toBe("read-only");
  });

  it.each(ROWS)("read-only false makes a run trusted, and says so where it would not be: %s", (_, name, payload, expected) => {
    const { trustClass, why } = decideTrust({ name, payload }, { ...inputs, readOnly: "false" });
    expect(trustClass).toBe("trusted");
    expect(why.includes("the workflow says read-only: false")).toBe(expected === "read-only");
  });

  it.each(ROWS)("no token is none, whatever the workflow says: %s", (_, name, payload) => {
    expect(decideTrust({ name, payload }, { ...inputs, authToken: null, readOnly: "false" }).trustClass).toBe("none");
  });
});

describe("the trust class of a run", () => {
  it("is trusted for events that only people with write access start", () => {
    for (const name of ["push", "schedule", "workflow_dispatch", "merge_group", "release"]) expect(classOf(name)).toBe("trusted");
  });

  it("is trusted for a pull request from the repository itself, read-only for one from a fork", () => {
    expect(classOf("pull_request", pullRequest(OURS, OURS))).toBe("trusted");
    expect(classOf("pull_request", pullRequest(FORK, OURS))).toBe("read-only");
  });

  it("is read-only for a pull request of a fork that was deleted, and for a payload that says nothing", () => {
    expect(classOf("pull_request", pullRequest(null, OURS))).toBe("read-only");
    expect(classOf("pull_request", pullRequest({}, {}))).toBe("read-only");
    for (const payload of [null, {}, [], "text", { pull_request: null }])
      expect(classOf("pull_request", payload)).toBe("read-only");
  });

  it("is read-only for a workflow run of which is not said what started it, or whose head is gone", () => {
    for (const payload of [workflowRun(OURS, null), workflowRun(OURS, "toString"), workflowRun(null), {}])
      expect(classOf("workflow_run", payload)).toBe("read-only");
  });

  it("is read-only for pull_request_target, comments, and every event that is not known", () => {
    expect(classOf("pull_request_target", pullRequest(OURS, OURS))).toBe("read-only");
    for (const name of ["issue_comment", "brand_new_event", "", "toString", "__proto__"]) expect(classOf(name)).toBe("read-only");
  });

  it("is none without a token, except on loopback, where a server may ask for none", () => {
    const without = (remoteUrl: string) =>
      decideTrust({ name: "push", payload: {} }, { authToken: null, remoteUrl, readOnly: "auto" }).trustClass;
    expect(without("libsql://{agent}-acme.turso.io")).toBe("none");
    expect(without("")).toBe("none");
    expect(without("https://127.0.0.1.example.org")).toBe("none");
    expect(without("http://127.0.0.1:8080/{agent}")).toBe("trusted");
    expect(without("http://{agent}.example.org")).toBe("none");
  });
});
