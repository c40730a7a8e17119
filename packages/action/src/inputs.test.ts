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
      agentfsVersion: "",
      agentfsSha256: "",
      timeoutSeconds: 120,
      concurrency: 4,
      summary: true,
      pushOn: "success",
      conflict: "theirs",
      jobStatus: "failure",
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
      agentfsVersion: "",
      agentfsSha256: "",
      timeoutSeconds: 120,
      concurrency: 4,
      summary: true,
      pushOn: "always",
      conflict: "keep-both",
      jobStatus: "",
    });
  });

  it("are refused with an unknown policy", () => {
    expect(() => readInputs({ INPUT_CONFLICT: "mine" })).toThrow(
      'The input conflict is "mine", but must be one of keep-both, ours, theirs, fail.',
    );
  });

  it("are refused with an unknown push-on", () => {
    expect(() => readInputs({ "INPUT_PUSH-ON": "Always" })).toThrow(
      'The input push-on is "Always", but must be one of always, success, never.',
    );
  });
});
