import { join } from "node:path";
import { type Changeset, isEmptyChangeset } from "../agentfs/changeset.ts";
import { diff } from "../agentfs/diff.ts";
import { fingerprintOf } from "../agentfs/fingerprint.ts";
import { type Finding, findTorn } from "../agentfs/torn.ts";
import { toSyncError } from "../errors.ts";
import { prepareFolders, temporaryPath } from "../replica/files.ts";
import { copyImage, linkImage, publishImage } from "../replica/image/image.ts";
import { createEmptyOrigin, nextPushIdAfter, nextPushIdDone, type Origin, readOrigin, saveOrigin } from "../replica/origin.ts";
import type { AgentPaths } from "../replica/paths.ts";
import { writePending } from "../replica/pending.ts";
import { readSignature } from "../replica/signature.ts";
import type { AgentContext } from "../sync/context.ts";
import { type PushResult, UNCHANGED } from "../sync/finish.ts";
import { pushUntilDone } from "../sync/push.ts";
import { guardChangeset } from "../sync/push-guards.ts";
import { withoutTorn } from "../sync/settled-changes.ts";
import type { Bundle } from "./bundle.ts";
import { isForOtherRemote } from "./guard.ts";
import { followTrail, rememberAsThere, type Trail } from "./trail.ts";

/** What became of a bundle, for whoever keeps the folder that it came from. */
export interface PushedBundle {
  readonly result: PushResult;
  /** The push ids that are used up, from the bundle's on. */
  readonly ids: readonly string[];
  /** The snapshot's numbers in terms of the remote's, and the newest commit that it is on top of; null: not known. */
  readonly agreed: Pick<Origin, "map" | "receipt"> | null;
}

/**
 * Pushes a bundle by the same merge, guards and push id as the push that did not come to its end. Pushed before, by whomever: nothing is
 * pushed again.
 * @param context its paths are of a folder for this push alone: no working copy and no origin of an agent is touched
 * @throws SyncError `rescue-damaged`, `conflict`, `mass-change`, `too-large`, `remote-replaced`, `remote-agent-mismatch`,
 * `working-copy-torn`, `remote-busy`, `outcome-unknown`, and as requests do
 */
export async function pushBundle(context: AgentContext, bundle: Bundle): Promise<PushedBundle> {
  const { paths, remote, target, io } = context;
  await prepareFolders(paths);
  const { snapshotPath, changeset, heldBack } = await wholeChanges(paths, bundle);
  if (isEmptyChangeset(changeset)) return { result: { ...UNCHANGED, heldBack }, ids: [], agreed: null };
  const fingerprint = fingerprintOf(changeset);
  const trail = await followTrail(remote, bundle.pushId, fingerprint, bundle.sent);
  if (trail.kind === "there") {
    const when = trail.sequence === null ? "what it carries was found there then" : `sequence ${trail.sequence}`;
    io.info(`${target.agent}: the push ${bundle.pushId} was made before (${when}); nothing is pushed again`);
    const agreed = trail.map === null ? null : { map: trail.map, receipt: bundle.pushId };
    return { result: { ...UNCHANGED, heldBack }, ids: trail.ids, agreed };
  }
  const origin = await originFor(context, bundle, trail);
  const sent = origin.id === bundle.originId ? changeset : diff(origin.path, snapshotPath);
  guardChangeset(context, sent, snapshotPath, bundle.undoes !== undefined);
  const snapshot = { path: snapshotPath, signature: await signatureOf(snapshotPath) };
  const pending = await writePending(paths, origin, snapshot, "push", context.config.runId);
  const reverts = bundle.undoes && { pushId: bundle.undoes.pushId, sequence: bundle.undoes.sequence };
  const result = await pushUntilDone(context, { origin, pending, changeset: sent, fingerprint, ...(reverts && { reverts }) });
  const { map, receipt, pushId } = await currentOrigin(paths, origin);
  const ids = usedIds(bundle.pushId, pushId);
  if (result.outcome === "unchanged") await remember(context, ids.at(-1) ?? bundle.pushId, fingerprint);
  // What agrees with another remote says nothing about the one that the origin here is of.
  const isOther = origin.id !== bundle.originId;
  return { result: { ...result, heldBack }, ids: isOther ? [] : ids, agreed: isOther ? null : { map, receipt } };
}

/** All is there, whether it can be kept or not. */
async function remember({ remote, target, io }: AgentContext, pushId: string, fingerprint: string): Promise<void> {
  try {
    await rememberAsThere(remote, pushId, fingerprint);
  } catch (error) {
    io.info(`${target.agent}: that the push was made could not be noted on the remote (${toSyncError(error).message})`);
  }
}

interface WholeChanges {
  readonly snapshotPath: string;
  readonly changeset: Changeset;
  readonly heldBack: readonly Finding[];
}

/** What was set aside was perhaps taken in the middle of a write; what is half-written stays behind, as at any push. */
async function wholeChanges(paths: AgentPaths, { originPath, snapshotPath: kept }: Bundle): Promise<WholeChanges> {
  const snapshotPath = await temporaryPath(paths, "snapshot");
  await copyImage(kept, snapshotPath);
  const changeset = diff(originPath, snapshotPath);
  const heldBack = findTorn(originPath, snapshotPath, changeset).filter((finding) => !finding.isMaybeMeant);
  if (heldBack.length === 0) return { snapshotPath, changeset, heldBack };
  return { snapshotPath, changeset: await withoutTorn({ originPath, snapshotPath, changeset }, heldBack), heldBack };
}

/** The bundle's origin under the first push id that is free; for another remote one in which nothing is, so that all is new there. */
async function originFor(context: AgentContext, bundle: Bundle, trail: Trail & { readonly kind: "open" }): Promise<Origin> {
  const { paths } = context;
  const path = join(paths.origins, `${bundle.originId}.db`);
  const temporary = await temporaryPath(paths, "origin");
  await linkImage(bundle.originPath, temporary);
  await publishImage(temporary, path);
  const origin: Origin = {
    id: bundle.originId,
    pushId: trail.pushId,
    path,
    map: bundle.map,
    revision: null,
    receipt: bundle.receipt,
    signature: null,
    hasSameRows: false,
    // Of a first push nobody knows for which database it was: a copy of its folder may have brought all of it to this one.
    copyPushed: bundle.copyPushed || trail.copyPushed || bundle.remoteUuid === null,
    url: bundle.remoteUrl,
    replaces: [],
  };
  if (!(await isForOtherRemote(context, bundle, origin))) return saveOrigin(paths, origin);
  return saveOrigin(paths, { ...(await createEmptyOrigin(paths)), pushId: trail.pushId, copyPushed: true });
}

async function signatureOf(path: string) {
  const signature = await readSignature(path);
  if (signature === null) throw new Error(`${path} is gone`);
  return signature;
}

async function currentOrigin(paths: AgentPaths, { id }: Origin): Promise<Origin> {
  const origin = await readOrigin(paths, id);
  if (origin === null) throw new Error(`the origin ${id} is gone from ${paths.origins}`);
  return origin;
}

const MOST_IDS = 100_000;

/** From the first id to the one after which the origin went on with `next`. */
function usedIds(first: string, next: string): readonly string[] {
  const ids = [first];
  for (let id = first; nextPushIdDone(id) !== next; ids.push(id)) {
    if (ids.length > MOST_IDS) throw new Error(`${next} does not come after ${first}`);
    id = nextPushIdAfter(id);
  }
  return ids;
}
