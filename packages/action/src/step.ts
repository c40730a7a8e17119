import { type SyncError, toSyncError } from "@agentfs-sync/core";
import { agentfsOf } from "./agentfs.ts";
import { openConsole, type StepConsole } from "./console.ts";
import { type Secrets, takeSecrets } from "./token.ts";

/** What a step has at hand. */
export interface StepContext {
  readonly env: NodeJS.ProcessEnv;
  readonly secrets: Secrets;
  readonly say: StepConsole;
}

/** One step of the action: its work, and what else is to be done when the work throws. */
export interface Step {
  readonly run: (context: StepContext) => Promise<void>;
  readonly onError: (error: SyncError) => void;
}

/**
 * The frame of both steps. The secrets are masked in the log and taken out of `env` before anything else happens, so that no
 * process started later inherits them. An error fails the step in one line, without a stack trace.
 */
export async function runStep(step: Step, env: NodeJS.ProcessEnv): Promise<void> {
  const secrets = takeSecrets(env);
  const say = { ...openConsole(secrets), agentfs: agentfsOf(env) };
  try {
    await step.run({ env, secrets, say });
  } catch (thrown) {
    const error = toSyncError(thrown);
    say.verbose(error.stack ?? error.message);
    step.onError(error);
    say.fail(error);
  }
}
