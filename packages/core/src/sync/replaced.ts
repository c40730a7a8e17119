import { factsOf, hasReceipt } from "../agentfs/facts.ts";
import { type Base, readBase } from "../replica/base.ts";
import { type Origin, renewPushId } from "../replica/origin.ts";
import { Database } from "../replica/sqlite.ts";
import type { AgentContext } from "./context.ts";
import { fetchRemote, type RemoteState, replacedRemote } from "./fetch-remote.ts";
import type { WorkingCopy } from "./inspect.ts";
import { adopt } from "./publish.ts";

/** Null before the first push of ours to the remote, and after it until the next pull. */
function uuidOf(origin: Origin): string | null {
  using db = Database.openImmutable(origin.path);
  return factsOf(db).uuid;
}

export function holds(base: Base, receipt: string | null): boolean {
  using db = Database.openImmutable(base.path);
  return receipt === null || hasReceipt(db, receipt);
}

/**
 * Whether the remote is another database than the one the origin came from; an older copy of that one, put back, is not. `prior` is
 * the base as it was before the remote was asked.
 */
export function isOtherRemote(origin: Origin, prior: Base | null, state: RemoteState): boolean {
  // A first push that was sent and not settled leaves nothing in the origin, but has seen the remote's UUID before.
  const uuid = uuidOf(origin) ?? prior?.facts.uuid ?? null;
  if (origin.url === null && origin.receipt === null && uuid === null) return false;
  if (state.kind === "empty") return true;
  const { base } = state;
  if (uuid !== null) return uuid !== base.facts.uuid;
  return (origin.url !== null && origin.url !== base.url) || !holds(base, origin.receipt);
}

/** Before the first push of ours a remote has no UUID; then its URL has to do. Looked at first: the other remote is left as it is. */
export function refuseOtherUrl(context: AgentContext, origin: Origin): void {
  if (context.config.allow.includes("remote-replaced") || origin.url === null || uuidOf(origin) !== null) return;
  if (origin.url !== context.target.remoteUrl) throw replacedRemote(context);
}

/** The origin knows from which database it came, whatever became of the base. */
export function refuseOther(context: AgentContext, origin: Origin, base: Base): Base {
  if (context.config.allow.includes("remote-replaced")) return base;
  const uuid = uuidOf(origin);
  if (uuid !== null && uuid !== base.facts.uuid) throw replacedRemote(context);
  if (!holds(base, origin.receipt)) throw replacedRemote(context);
  return base;
}

/** Asked where the remote may be another one. With nothing unpushed one that holds an agent is left for a pull to take. */
export async function isToGoWhole(context: AgentContext, copy: WorkingCopy): Promise<boolean> {
  if (copy.kind !== "clean" && copy.kind !== "changed") return false;
  const prior = await readBase(context.paths);
  const state = await fetchRemote(context, prior, "take");
  return isOtherRemote(copy.origin, prior, state) && (copy.kind === "changed" || state.kind === "empty");
}

/**
 * The working copy goes to another remote as a whole: what it shares with the old one says nothing about the new. Other machines may
 * have brought the same there, so that tool calls which are there already are not added again. What failed pushes had kept of it goes
 * with it.
 */
export async function adoptForOtherRemote(context: AgentContext, before: Origin): Promise<void> {
  const replaces = [...before.replaces, before.id];
  await renewPushId(context.paths, { ...(await adopt(context)), replaces }, true);
}
