import { SyncError } from "@agentfs-sync/core";

export const PUSH_ON = ["always", "success", "never"] as const;
export type PushOn = (typeof PUSH_ON)[number];

/** All inputs of action.yml but the token, which `takeToken` reads before them. Read once and passed on. */
export interface ActionInputs {
  readonly agents: readonly string[];
  readonly remoteUrl: string;
  readonly directory: string;
  readonly pushOn: PushOn;
  /** `job.status` of the moment at which the step starts: `success`, `failure` or `cancelled`; "" if the runner hands none. */
  readonly jobStatus: string;
}

/**
 * Reads the inputs as the runner hands them over, in `INPUT_<NAME>`.
 * @throws SyncError `config-invalid` for a `push-on` that is none of the three words.
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
    pushOn: readPushOn(input("push-on")),
    jobStatus: input("job-status"),
  };
}

function readPushOn(text: string): PushOn {
  const found = PUSH_ON.find((word) => word === (text || "always"));
  if (found !== undefined) return found;
  throw new SyncError(
    "config-invalid",
    `The input push-on is ${JSON.stringify(text)}, but must be one of ${PUSH_ON.join(", ")}.`,
    {
      hint: "Correct it in the workflow; left out, it is `always`.",
    },
  );
}
