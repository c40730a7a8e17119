import type { Remote } from "../remote/http.ts";
import { nextPushIdAfter, nextPushIdRevert } from "../replica/origin.ts";
import { readRow } from "../rescue/trail.ts";

interface Place {
  readonly pushId: string;
  readonly sequence: number;
}

/** Whether a push is in force. */
export interface RevertChain {
  /** The push that has taken it back, unless that one was taken back in its turn. */
  readonly revertedBy: Place | null;
  /** The push that has brought it back, if one did: what is in force has the numbers that it gave. */
  readonly broughtBackBy: Place | null;
  /** The id under which the next push of this chain goes: everybody comes to the same one. */
  readonly nextPushId: string;
}

/**
 * A push, the one that took it back, the one that took that one back, and so on: each has the id that follows from the one before.
 * @throws as `readRow`
 */
export async function followReverts(remote: Remote, pushId: string): Promise<RevertChain> {
  let revertedBy: Place | null = null;
  let broughtBackBy: Place | null = null;
  for (let id = nextPushIdRevert(pushId); ; ) {
    const row = await readRow(remote, id);
    if (row === null) return { revertedBy, broughtBackBy, nextPushId: id };
    if (row.sequence === null) id = nextPushIdAfter(id);
    else {
      const place: Place = { pushId: id, sequence: Number(row.sequence) };
      [revertedBy, broughtBackBy] = revertedBy === null ? [place, null] : [null, place];
      id = nextPushIdRevert(id);
    }
  }
}
