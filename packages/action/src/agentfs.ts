import type { SyncIo } from "@agentfs-sync/core";
import { handedOn } from "./handed-on.ts";

/** Of the runner, for actions: the `agentfs` program has no use for them. */
const TOKENS_OF_THE_RUNNER = ["ACTIONS_RUNTIME_TOKEN", "ACTIONS_ID_TOKEN_REQUEST_TOKEN", "ACTIONS_ID_TOKEN_REQUEST_URL"];

/** How a step starts the program of engine `agentfs`: by `@actions/exec`, loaded with the first call. */
export function agentfsOf(env: NodeJS.ProcessEnv): NonNullable<SyncIo["agentfs"]> {
  return {
    // At the call, when the program may have been put on the PATH.
    get env() {
      return handedOn(env, TOKENS_OF_THE_RUNNER);
    },
    runner: async (request) => (await import("./exec-runner.ts")).execRunner(request),
  };
}
