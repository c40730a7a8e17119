import { describe, expect, it } from "vitest";
import { decideTrust } from "./trust.ts";

const inputs = { authToken: "t", remoteUrl: "libsql://{agent}-acme.turso.io", readOnly: "auto" } as const;
const pullRequest = (head: unknown, base: unknown) => ({ pull_request: { head: { repo: head }, base: { repo: base } } });
const classOf = (name: string, payload: unknown = {}) => decideTrust({ name, payload }, inputs).trustClass;
const OURS = { full_name: "acme/agents" };
const FORK = { full_name: "mallory/agents" };

describe("the trust class of a run", () => {
  it("is trusted for events that only people with write access start", () => {
    for (const name of ["push", "schedule", "workflow_dispatch", "merge_group", "release"]) expect(classOf(name)).toBe("trusted");
  });

  it("is trusted for a pull request from the repository itself, read-only for one from a fork", () => {
    for (const name of ["pull_request", "pull_request_review"]) {
      expect(classOf(name, pullRequest(OURS, OURS))).toBe("trusted");
      expect(classOf(name, pullRequest(FORK, OURS))).toBe("read-only");
    }
  });

  it("is read-only for a pull request of a fork that was deleted, and for a payload that says nothing", () => {
    expect(classOf("pull_request", pullRequest(null, OURS))).toBe("read-only");
    expect(classOf("pull_request", pullRequest({}, {}))).toBe("read-only");
    for (const payload of [null, {}, [], "text", { pull_request: null }])
      expect(classOf("pull_request", payload)).toBe("read-only");
  });

  it("is read-only for a workflow run that a fork started", () => {
    const run = (head: unknown) => ({ workflow_run: { head_repository: head, repository: OURS } });
    expect(classOf("workflow_run", run(OURS))).toBe("trusted");
    expect(classOf("workflow_run", run(FORK))).toBe("read-only");
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
