import { hashImage } from "../replica/image/image.ts";
import { advanceOrigin, readOrigin, renewPushId } from "../replica/origin.ts";
import type { AgentPaths } from "../replica/paths.ts";
import { listPending, type Pending, readPendingOrigin, removePending } from "../replica/pending.ts";
import type { Bundle } from "./bundle.ts";
import type { PushedBundle } from "./push-bundle.ts";

/** The folder of `pending/` that a bundle was made of, if it is here and still holds just that. */
export async function ownPending(paths: AgentPaths, bundle: Bundle): Promise<Pending | null> {
  const own = (await listPending(paths)).find(({ pushId }) => pushId === bundle.pushId);
  if (own === undefined) return null;
  const pairs = [
    [own.snapshotPath, bundle.snapshotPath],
    [(await readPendingOrigin(own)).path, bundle.originPath],
  ] as const;
  for (const [ours, its] of pairs) if ((await hashImage(ours)) !== (await hashImage(its))) return null;
  return own;
}

/**
 * Draws the consequences of a bundle that is on the remote, as for any push that was settled: its content is the origin, so that the next
 * push does not find it changed; and its folder goes.
 */
export async function settleOwn(paths: AgentPaths, pending: Pending, { ids, agreed }: PushedBundle): Promise<void> {
  const origin = await readOrigin(paths, pending.originId);
  if (origin !== null && ids.includes(origin.pushId)) {
    if (agreed === null) {
      // Pushed from elsewhere, under numbers that are not known here: the next push merges what it finds to be there already.
      await renewPushId(paths, origin, true);
    } else {
      const signature = pending.holdsAll ? pending.signature : null;
      await advanceOrigin(paths, origin, pending.snapshotPath, { ...agreed, signature });
    }
  }
  await removePending(pending);
}
