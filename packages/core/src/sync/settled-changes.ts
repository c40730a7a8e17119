import { findTorn } from "../agentfs/torn.ts";
import { SyncError } from "../errors.ts";
import { dropSnapshot } from "../replica/snapshot.ts";
import type { AgentContext } from "./context.ts";
import { inspect, type WorkingCopy } from "./inspect.ts";

type Changed = WorkingCopy & { readonly kind: "changed" };

const PAUSE_MS = 250;
const PATIENCE_MS = 10_000;

/**
 * Looks again until the snapshot falls between whole files. What looks like a hole is taken for one if it stays as it is from one look
 * to the next.
 * @throws SyncError `working-copy-torn`
 */
export async function settledChanges(context: AgentContext, first: Changed): Promise<WorkingCopy> {
  const { deadline } = context;
  const giveUpAtMs = performance.now() + Math.min(PATIENCE_MS, deadline.leftMs / 2);
  let copy = first;
  let before: string | null = null;
  for (;;) {
    const findings = findTorn(copy.origin.path, copy.snapshot.path, copy.changeset);
    const seen = JSON.stringify([findings, copy.snapshot.signature]);
    if (findings.every((finding) => finding.isMaybeMeant) && (findings.length === 0 || seen === before)) return copy;
    if (performance.now() >= giveUpAtMs) {
      const named = findings.slice(0, 3).map(({ path, what }) => `${path}: ${what}`);
      throw new SyncError(
        "working-copy-torn",
        `A program seems to be half-way through a write (${named.join("; ")}); nothing was pushed.`,
        {
          details: { findings },
        },
      );
    }
    before = seen;
    await deadline.sleep(PAUSE_MS, "the wait for a whole file");
    await dropSnapshot(copy.snapshot);
    const next = await inspect(context);
    if (next.kind !== "changed") return next;
    copy = next;
  }
}
