import { toSyncError } from "../errors.ts";
import type { AgentContext } from "../sync/context.ts";
import { settle } from "../sync/settle.ts";
import { adoptSent, listSent, removeSent } from "./folder.ts";

/**
 * Finds out what became of reverts whose outcome no command has learned. The bundle of one that arrived is kept as any other; one that did
 * not can never arrive afterwards, and its bundle goes. An undo bundle is no reason for a command to fail.
 */
export async function settleSent({ config, paths, remote, target, io }: AgentContext): Promise<void> {
  if (config.trust !== "trusted") return;
  for (const pushId of await listSent(paths)) {
    try {
      const settled = await settle(remote, pushId);
      if (settled.state === "applied") await adoptSent(paths, pushId, settled);
      else await removeSent(paths, pushId);
    } catch (thrown) {
      io.info(`${target.agent}: what became of the revert ${pushId} is not known yet (${toSyncError(thrown).message})`);
    }
  }
}
