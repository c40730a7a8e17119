import { ALLOWABLE_GUARDS, CONFLICT_POLICIES, ENGINES, type Engine, type ON_UNPUSHED, SyncError } from "@agentfs-sync/core";
import type { ReportArtifact } from "./artifact/report-artifact.ts";
import type { AgentfsRelease } from "./install/install-agentfs.ts";

export const PUSH_ON = ["always", "success", "never"] as const;
export const FAIL_ON = ["any", "pull", "push", "never"] as const;
const READ_ONLY = ["auto", "true", "false"] as const;
const ON_PULL_FAILURE = ["fail", "use-cache"] as const;

/** All inputs of action.yml but the secrets, which `takeSecrets` reads before them. Read once and passed on. */
export interface ActionInputs {
  readonly agents: readonly string[];
  readonly remoteUrl: string;
  readonly directory: string;
  readonly pushOn: (typeof PUSH_ON)[number];
  readonly failOn: (typeof FAIL_ON)[number];
  readonly conflict: (typeof CONFLICT_POLICIES)[number];
  readonly readOnly: (typeof READ_ONLY)[number];
  readonly cache: boolean;
  readonly onPullFailure: (typeof ON_PULL_FAILURE)[number];
  readonly onUnpushed: (typeof ON_UNPUSHED)[number];
  readonly adopt: boolean;
  readonly allow: readonly (typeof ALLOWABLE_GUARDS)[number][];
  readonly engine: Engine;
  /** Null: the program is not installed. */
  readonly agentfs: AgentfsRelease | null;
  readonly timeoutSeconds: number;
  readonly undoLimitMb: number;
  /** Pushes, by their sequence, whose undo bundles the cache is asked for. */
  readonly restoreUndo: readonly number[];
  readonly concurrency: number;
  readonly summary: boolean;
  /** Null: the report is not kept. */
  readonly reportArtifact: ReportArtifact | null;
}

/**
 * Reads the inputs as the runner hands them over, in `INPUT_<NAME>`.
 * @throws SyncError `config-invalid`, naming the input, for a value that is none of its words, and for two that contradict each other.
 */
export function readInputs(env: NodeJS.ProcessEnv): ActionInputs {
  const input = (name: string) => (env[`INPUT_${name.toUpperCase()}`] ?? "").trim();
  const word = <const T extends Words>(name: string, words: T) => oneOf(name, words, input(name));
  const inputs: ActionInputs = {
    agents: list(input("agents")),
    remoteUrl: input("remote-url"),
    directory: input("directory") || ".",
    pushOn: word("push-on", PUSH_ON),
    failOn: word("fail-on", FAIL_ON),
    conflict: word("conflict", CONFLICT_POLICIES),
    readOnly: word("read-only", READ_ONLY),
    cache: word("cache", ["true", "false"]) === "true",
    onPullFailure: word("on-pull-failure", ON_PULL_FAILURE),
    // A machine that is kept must not stop every later job at the first one that could not push.
    onUnpushed: word("on-unpushed", ["set-aside", "refuse"]),
    adopt: word("adopt", ["false", "true"]) === "true",
    allow: list(input("allow")).map((name) => oneOf("allow", ALLOWABLE_GUARDS, name)),
    engine: word("engine", ENGINES),
    agentfs: agentfsRelease(input("agentfs-version"), input("agentfs-sha256").toLowerCase()),
    timeoutSeconds: whole("timeout-seconds", input("timeout-seconds"), { fallback: 120, highest: 86_400 }),
    undoLimitMb: whole("undo-limit", input("undo-limit"), { fallback: 64, highest: 16_000, lowest: 0 }),
    restoreUndo: list(input("restore-undo")).map((text) => whole("restore-undo", text, { fallback: 1, highest: 999_999_999 })),
    concurrency: whole("concurrency", input("concurrency"), { fallback: 4, highest: 64 }),
    summary: word("summary", ["true", "false"]) === "true",
    reportArtifact: reportArtifact(input("report-artifact"), word("report-artifact-undo", ["false", "true"]) === "true"),
  };
  refuseContradictions(inputs);
  return inputs;
}

/** `job.status`, the one input that post reads: inside a composite action GitHub may hand it those of another action. */
export function readJobStatus(env: NodeJS.ProcessEnv): string {
  return (env["INPUT_JOB-STATUS"] ?? "").trim();
}

function refuseContradictions({ cache, onPullFailure, adopt, readOnly, engine, restoreUndo }: ActionInputs): void {
  if (onPullFailure === "use-cache" && engine === "agentfs")
    throw wrong(
      "The input on-pull-failure is use-cache, but engine is agentfs, which has nothing in the cache.",
      "Leave one of both away.",
    );
  if (onPullFailure === "use-cache" && !cache)
    throw wrong("The input on-pull-failure is use-cache, but cache is false.", "Leave one of both away.");
  if (restoreUndo.length > 0 && !cache)
    throw wrong("The input restore-undo is set, but cache is false.", "Leave one of both away.");
  if (adopt && readOnly === "true")
    throw wrong("The input adopt is true, but read-only is true as well: nothing would be pushed.", "Leave one of both away.");
}

function agentfsRelease(version: string, sha256: string): AgentfsRelease | null {
  if (version === "") {
    if (sha256 === "") return null;
    throw wrong(
      "The input agentfs-sha256 is given without agentfs-version.",
      "Say which version has that sum, or leave it away.",
    );
  }
  if (!/^\d{1,9}\.\d{1,9}\.\d{1,9}(-[0-9a-z.]{1,40})?$/.test(version))
    throw wrong(`The input agentfs-version is ${JSON.stringify(version)}, which is no version.`, "Give one such as 0.6.4.");
  if (sha256 !== "" && !/^[0-9a-f]{64}$/.test(sha256))
    throw wrong("The input agentfs-sha256 is no SHA-256.", "Give the 64 hexadecimal digits of the release archive.");
  return { version, sha256: sha256 || null };
}

/** Signs that no artifact may have in its name. */
const NO_NAME = /[":<>|*?\r\n\\/]/;

function reportArtifact(name: string, withUndo: boolean): ReportArtifact | null {
  if (name === "") {
    if (!withUndo) return null;
    throw wrong(
      "The input report-artifact-undo is true, but report-artifact is empty.",
      "Name the artifact, or leave both away.",
    );
  }
  if (NO_NAME.test(name))
    throw wrong(
      `The input report-artifact is ${JSON.stringify(name)}, which no artifact may be called.`,
      'Give a name without any of ": < > | * ? \\ /.',
    );
  return { name, withUndo };
}

type Words = readonly [string, ...string[]];

const list = (text: string) =>
  text
    .split(/[\n,]/)
    .map((part) => part.trim())
    .filter((part) => part !== "");

/** The first of the words is the default. */
function oneOf<const T extends Words>(name: string, words: T, text: string): T[number] {
  const found = words.find((word) => word === (text || words[0]));
  if (found !== undefined) return found;
  throw wrong(
    `The input ${name} is ${JSON.stringify(text)}, but must be one of ${words.join(", ")}.`,
    `Correct it in the workflow; left out, it is \`${words[0]}\`.`,
  );
}

function whole(
  name: string,
  text: string,
  { fallback, highest, lowest = 1 }: { readonly fallback: number; readonly highest: number; readonly lowest?: number },
): number {
  if (text === "") return fallback;
  const value = /^\d{1,9}$/.test(text) ? Number(text) : -1;
  if (value >= lowest && value <= highest) return value;
  throw wrong(
    `The input ${name} is ${JSON.stringify(text)}, but must be a whole number from ${lowest} to ${highest}.`,
    `Correct it in the workflow; left out, it is ${fallback}.`,
  );
}

const wrong = (message: string, hint: string) => new SyncError("config-invalid", message, { hint });
