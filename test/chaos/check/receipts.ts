import type { CommandEnd } from "../jobs/command.ts";
import type { Upheaval } from "../world/remote.ts";
import type { Verdict } from "./judge.ts";
import type { Receipt } from "./read-receipts.ts";

interface Twofold {
  /** Copies of one folder that hold the same have the same push id, as have all who take one push back: whoever comes second finds that it is done. */
  readonly isTwofold: boolean;
}

/**
 * Each command that said `pushed` has its receipt on the remote, with the place in history that it said, and nobody else's has the same
 * push id; one that said that a push is taken back has named the push that did it; the history has no gap. What was said before the remote
 * became another database is not asked for.
 */
export function judgeReceipts(
  receipts: readonly Receipt[],
  ends: readonly (CommandEnd & Twofold)[],
  upheavals: readonly Upheaval[],
): Verdict {
  const sequences = new Map(receipts.map(({ pushId, sequence }) => [pushId, sequence]));
  const calmSince = upheavals.at(-1)?.endedAt ?? 0;
  const calm = ends.filter(({ startedAt }) => startedAt >= calmSince);
  const said = calm.flatMap(({ report, isTwofold }) => {
    const push = report?.push;
    return push?.outcome === "pushed" && push.pushId !== null ? [{ ...push, isTwofold }] : [];
  });
  const lost = said
    .filter(({ pushId, sequence }) => sequences.get(pushId ?? "") !== sequence)
    .map(
      ({ pushId, sequence }) =>
        `push ${pushId} said sequence ${sequence}, its receipt says ${sequences.get(pushId ?? "") ?? "nothing"}`,
    );
  const reverts = calm.flatMap(({ report }) => {
    const { by = null, sequence = 0 } = report?.revert ?? {};
    return by === null || isTakenBackBy(receipts, sequence, by) ? [] : [`push ${sequence} is not taken back by push ${by}`];
  });
  const ids = said.filter(({ isTwofold }) => !isTwofold).map(({ pushId }) => pushId);
  const doubled = ids.filter((id, index) => ids.indexOf(id) !== index).map((id) => `push ${id} was said twice`);
  const isGapless = receipts.every(({ sequence }, index) => sequence === index + 1);
  const gaps = isGapless ? [] : [`the receipts have gaps: ${receipts.map(({ sequence }) => sequence).join(", ")}`];
  return { lost: [...lost, ...reverts, ...gaps], doubled };
}

/** Itself, or, where it was brought back since, the push that did that. */
function isTakenBackBy(receipts: readonly Receipt[], sequence: number, by: number): boolean {
  const taken = receipts.find((receipt) => receipt.sequence === by)?.reverts ?? null;
  if (taken === null || taken === sequence) return taken === sequence;
  const broughtBack = receipts.find((receipt) => receipt.sequence === taken)?.reverts ?? null;
  return broughtBack !== null && isTakenBackBy(receipts, sequence, broughtBack);
}
