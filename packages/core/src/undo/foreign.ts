import { SyncError } from "../errors.ts";
import type { Undoes } from "../rescue/bundle.ts";
import type { AgentContext } from "../sync/context.ts";

/** A bundle of another database than the one that was asked. */
export function foreign({ remote }: Pick<AgentContext, "remote">, { pushId, sequence }: Undoes): SyncError {
  return new SyncError(
    "undo-foreign",
    `${remote.url} knows nothing of the push ${pushId} (sequence ${sequence}), which the bundle takes back.`,
  );
}
