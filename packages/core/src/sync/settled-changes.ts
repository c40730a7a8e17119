import type { Changeset } from "../agentfs/changeset.ts";
import { diff } from "../agentfs/diff.ts";
import { holdBack } from "../agentfs/hold-back.ts";
import { type Finding, findTorn } from "../agentfs/torn.ts";
import { nowMs } from "../clock.ts";
import { SyncError } from "../errors.ts";
import { ownImage } from "../replica/image/image.ts";
import { dropSnapshot } from "../replica/snapshot.ts";
import type { AgentContext } from "./context.ts";
import { inspect, type WorkingCopy } from "./inspect.ts";

type Changed = WorkingCopy & { readonly kind: "changed" };

/** Two files with what differs in them. */
export interface Difference {
  readonly originPath: string;
  readonly snapshotPath: string;
  readonly changeset: Changeset;
}

/** What can be pushed, and what cannot because it is not whole: it keeps its old state, on the remote and in the next origin. */
export interface SettledChanges {
  readonly copy: WorkingCopy;
  readonly heldBack: readonly Finding[];
}

const PAUSE_MS = 250;
const PATIENCE_MS = 10_000;

/**
 * Looks again until the snapshot falls between whole files. What looks like a hole is taken for one if it stays as it is from one look
 * to the next. What is still half-written in the end (its writer was killed, perhaps) is held back, and the rest can be pushed.
 * @throws SyncError `working-copy-torn` if what is torn cannot be told from the rest
 */
export async function settledChanges(context: AgentContext, first: Changed): Promise<SettledChanges> {
  const { deadline } = context;
  const giveUpAtMs = nowMs() + Math.min(PATIENCE_MS, deadline.leftMs / 2);
  let copy = first;
  let before: string | null = null;
  for (;;) {
    const findings = findTorn(copy.origin.path, copy.snapshot.path, copy.changeset);
    const seen = JSON.stringify([findings, copy.snapshot.signature]);
    const isWhole = findings.every((finding) => finding.isMaybeMeant);
    if (isWhole && (findings.length === 0 || seen === before)) return { copy, heldBack: [] };
    if (nowMs() >= giveUpAtMs) {
      const changeset = await withoutTorn({ ...copy, originPath: copy.origin.path, snapshotPath: copy.snapshot.path }, findings);
      return { copy: { ...copy, changeset }, heldBack: findings };
    }
    before = seen;
    await deadline.sleep(PAUSE_MS, "the wait for a whole file");
    await dropSnapshot(copy.snapshot);
    const next = await inspect(context);
    if (next.kind !== "changed") return { copy: next, heldBack: [] };
    copy = next;
  }
}

/**
 * Gives what is half-written its old state back in the snapshot, and says what then differs.
 * @throws SyncError `working-copy-torn`
 */
export async function withoutTorn(
  { originPath, snapshotPath, changeset }: Difference,
  findings: readonly Finding[],
): Promise<Changeset> {
  await ownImage(snapshotPath);
  const paths = new Set(findings.map(({ path }) => path));
  if (!holdBack(originPath, snapshotPath, changeset, paths)) throw tornError(findings, "nothing was pushed");
  const rest = diff(originPath, snapshotPath);
  const left = findTorn(originPath, snapshotPath, rest).filter((finding) => !finding.isMaybeMeant);
  if (left.length > 0) throw tornError([...findings, ...left], "nothing was pushed");
  return rest;
}

const NAMED = 3;

/** @param consequence what it means for the push */
export function tornError(findings: readonly Finding[], consequence: string): SyncError {
  const named = findings.slice(0, NAMED).map(({ path, what }) => `${path}: ${what}`);
  const more = findings.length > NAMED ? ` and ${findings.length - NAMED} more` : "";
  return new SyncError(
    "working-copy-torn",
    `A program was, or is, half-way through a write (${named.join("; ")}${more}); ${consequence}.`,
    { details: { findings } },
  );
}
