import { type SyncError, toSyncError } from "@agentfs-sync/core";
import { openConsole, type StepConsole } from "./console.ts";
import { takeToken } from "./token.ts";

/** What a step has at hand. */
export interface StepContext {
  readonly env: NodeJS.ProcessEnv;
  readonly authToken: string | null;
  readonly say: StepConsole;
}

/** One step of the action: its work, and what else is to be done when the work throws. */
export interface Step {
  readonly run: (context: StepContext) => Promise<void>;
  readonly onError: (error: SyncError) => void;
}

/**
 * The frame of both steps. The token is masked in the log and taken out of `env` before anything else happens, so that no
 * process started later inherits it. An error fails the step in one line, without a stack trace.
 */
export async function runStep(step: Step, env: NodeJS.ProcessEnv): Promise<void> {
  const authToken = takeToken(env);
  const say = openConsole(authToken);
  try {
    await step.run({ env, authToken, say });
  } catch (thrown) {
    const error = toSyncError(thrown);
    say.verbose(error.stack ?? error.message);
    step.onError(error);
    say.fail(error);
  }
}
