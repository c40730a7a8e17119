import { CONFLICT_POLICIES, SyncError } from "@agentfs-sync/core";

export const PUSH_ON = ["always", "success", "never"] as const;
export type PushOn = (typeof PUSH_ON)[number];

/** All inputs of action.yml but the token, which `takeToken` reads before them. Read once and passed on. */
export interface ActionInputs {
  readonly agents: readonly string[];
  readonly remoteUrl: string;
  readonly directory: string;
  readonly pushOn: PushOn;
  readonly conflict: (typeof CONFLICT_POLICIES)[number];
  /** `job.status` of the moment at which the step starts: `success`, `failure` or `cancelled`; "" if the runner hands none. */
  readonly jobStatus: string;
}

/**
 * Reads the inputs as the runner hands them over, in `INPUT_<NAME>`.
 * @throws SyncError `config-invalid` for a `push-on` or a `conflict` that is none of its words.
 */
export function readInputs(env: NodeJS.ProcessEnv): ActionInputs {
  const input = (name: string) => (env[`INPUT_${name.toUpperCase()}`] ?? "").trim();
  return {
    agents: input("agents")
      .split(/[\n,]/)
      .map((id) => id.trim())
      .filter((id) => id !== ""),
    remoteUrl: input("remote-url"),
    directory: input("directory") || ".",
    pushOn: oneOf("push-on", PUSH_ON, input("push-on")),
    conflict: oneOf("conflict", CONFLICT_POLICIES, input("conflict")),
    jobStatus: input("job-status"),
  };
}

/** The first of the words is the default. */
function oneOf<const T extends readonly [string, ...string[]]>(name: string, words: T, text: string): T[number] {
  const found = words.find((word) => word === (text || words[0]));
  if (found !== undefined) return found;
  throw new SyncError("config-invalid", `The input ${name} is ${JSON.stringify(text)}, but must be one of ${words.join(", ")}.`, {
    hint: `Correct it in the workflow; left out, it is \`${words[0]}\`.`,
  });
}
