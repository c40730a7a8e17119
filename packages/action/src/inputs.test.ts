import { describe, expect, it } from "vitest";
import { readInputs } from "./inputs.ts";

describe("the inputs", () => {
  it("are read from what the runner sets, with agents by line or comma", () => {
    const env = {
      INPUT_AGENTS: "one\n two ,three\n\n",
      "INPUT_REMOTE-URL": " libsql://x ",
      "INPUT_PUSH-ON": "success",
      INPUT_CONFLICT: "theirs",
      INPUT_DIRECTORY: "work",
      "INPUT_JOB-STATUS": "failure",
    };
    expect(readInputs(env)).toEqual({
      agents: ["one", "two", "three"],
      remoteUrl: "libsql://x",
      directory: "work",
      failOn: "any",
      readOnly: "auto",
      cache: true,
      onPullFailure: "fail",
      onUnpushed: "set-aside",
      adopt: false,
      allow: [],
      engine: "http",
      agentfs: null,
      timeoutSeconds: 120,
      undoLimitMb: 64,
      restoreUndo: [],
      concurrency: 4,
      summary: true,
      reportArtifact: null,
      pushOn: "success",
      conflict: "theirs",
    });
  });

  it("have defaults where the runner sets nothing", () => {
    expect(readInputs({})).toEqual({
      agents: [],
      remoteUrl: "",
      directory: ".",
      failOn: "any",
      readOnly: "auto",
      cache: true,
      onPullFailure: "fail",
      onUnpushed: "set-aside",
      adopt: false,
      allow: [],
      engine: "http",
      agentfs: null,
      timeoutSeconds: 120,
      undoLimitMb: 64,
      restoreUndo: [],
      concurrency: 4,
      summary: true,
      reportArtifact: null,
      pushOn: "always",
      conflict: "keep-both",
    });
  });

  it("are all read, words, lists and numbers", () => {
    const env = {
      "INPUT_FAIL-ON": "push",
      "INPUT_READ-ONLY": "true",
      INPUT_CACHE: "false",
      "INPUT_ON-UNPUSHED": "refuse",
      INPUT_ALLOW: "mass-change\nremote-replaced",
      "INPUT_TIMEOUT-SECONDS": "7",
      INPUT_CONCURRENCY: "2",
      INPUT_SUMMARY: "false",
      "INPUT_REPORT-ARTIFACT": "agent report",
      "INPUT_REPORT-ARTIFACT-UNDO": "true",
    };
    expect(readInputs(env)).toMatchObject({
      failOn: "push",
      readOnly: "true",
      cache: false,
      onUnpushed: "refuse",
      allow: ["mass-change", "remote-replaced"],
      timeoutSeconds: 7,
      concurrency: 2,
      summary: false,
      reportArtifact: { name: "agent report", withUndo: true },
    });
  });

  it.each([
    ["conflict", "mine", "must be one of keep-both, ours, theirs, fail."],
    ["push-on", "Always", "must be one of always, success, never."],
    ["fail-on", "all", "must be one of any, pull, push, never."],
    ["read-only", "yes", "must be one of auto, true, false."],
    ["cache", "on", "must be one of true, false."],
    ["on-pull-failure", "ignore", "must be one of fail, use-cache."],
    ["on-unpushed", "merge", "must be one of set-aside, refuse."],
    ["adopt", "1", "must be one of false, true."],
    ["allow", "everything", "must be one of mass-change, remote-replaced."],
    ["engine", "sqlite", "must be one of http, agentfs."],
    ["summary", "no", "must be one of true, false."],
    ["report-artifact-undo", "yes", "must be one of false, true."],
    ["timeout-seconds", "0", "must be a whole number from 1 to 86400."],
    ["timeout-seconds", "1.5", "must be a whole number from 1 to 86400."],
    ["concurrency", "65", "must be a whole number from 1 to 64."],
  ])("are refused by one error that names the input: %s: %s", (name, value, rule) => {
    expect(() => readInputs({ [`INPUT_${name.toUpperCase()}`]: value })).toThrow(
      `The input ${name} is ${JSON.stringify(value)}, but ${rule}`,
    );
  });

  it.each([
    [{ "INPUT_ON-PULL-FAILURE": "use-cache", INPUT_CACHE: "false" }, "on-pull-failure is use-cache, but cache is false"],
    [{ "INPUT_AGENTFS-SHA256": "a".repeat(64) }, "agentfs-sha256 is given without agentfs-version"],
    [{ "INPUT_AGENTFS-VERSION": "0.6.4", "INPUT_AGENTFS-SHA256": "abc" }, "agentfs-sha256 is no SHA-256"],
    [{ "INPUT_AGENTFS-VERSION": "../0.6.4" }, 'agentfs-version is "../0.6.4", which is no version'],
    [{ "INPUT_ON-PULL-FAILURE": "use-cache", INPUT_ENGINE: "agentfs" }, "use-cache, but engine is agentfs"],
    [{ "INPUT_REPORT-ARTIFACT-UNDO": "true" }, "report-artifact-undo is true, but report-artifact is empty"],
    [{ "INPUT_REPORT-ARTIFACT": "a/b" }, 'report-artifact is "a/b", which no artifact may be called'],
    [{ INPUT_ADOPT: "true", "INPUT_READ-ONLY": "true" }, "adopt is true, but read-only is true as well"],
  ])("are refused when they contradict each other, or are none: %o", (env, said) => {
    expect(() => readInputs(env)).toThrow(said);
  });
});
