import { SyncError } from "../errors.ts";
import type { Origin } from "../replica/origin.ts";
import type { AgentContext } from "../sync/context.ts";
import { fetchRemote } from "../sync/fetch-remote.ts";
import { isOtherRemote } from "../sync/replaced.ts";
import type { Bundle } from "./bundle.ts";

/**
 * Whether the remote is another database than the one that the bundle's changes are made against: refused, unless it is allowed; they go
 * there as a whole then. What the remote holds is the base afterwards.
 * @throws SyncError `remote-replaced`, `remote-agent-mismatch`, and what `fetchRemote` throws
 */
export async function isForOtherRemote(context: AgentContext, bundle: Bundle, origin: Origin): Promise<boolean> {
  const state = await fetchRemote(context, null, "refuse");
  const uuid = state.kind === "base" ? state.base.facts.uuid : null;
  const isOther = (bundle.remoteUuid !== null && uuid !== bundle.remoteUuid) || isOtherRemote(origin, null, state);
  if (isOther && !context.config.allow.includes("remote-replaced")) {
    throw new SyncError(
      "remote-replaced",
      `${context.remote.url} is not the database that the changes of push ${bundle.pushId} were made against${madeAgainst(bundle)}; nothing was pushed.`,
    );
  }
  return isOther;
}

const madeAgainst = ({ remoteUrl }: Bundle): string => (remoteUrl === null ? "" : ` (it was at ${remoteUrl})`);
