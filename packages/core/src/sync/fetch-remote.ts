import { type RemoteFacts, sameFacts } from "../agentfs/facts.ts";
import { SYNC_FORMAT } from "../agentfs/schema.ts";
import { SyncError } from "../errors.ts";
import { openPages } from "../remote/pages.ts";
import { type Probe, probe } from "../remote/probe.ts";
import { retrying } from "../remote/retry.ts";
import { type Base, removeBase } from "../replica/base.ts";
import type { AgentContext } from "./context.ts";
import { type Received, receiveState } from "./receive-state.ts";

/** What the remote holds now. `isReplaced`: it is not the database that the prior base came from. */
export type RemoteState =
  | { readonly kind: "empty"; readonly isReplaced: boolean }
  | { readonly kind: "base"; readonly base: Base; readonly isChanged: boolean; readonly isReplaced: boolean };

/** What to do if the remote is not the one that the prior base came from: where something is unpushed, its base must stay. */
export type IfReplaced = "take" | "refuse";

const TRIES = 6;

/** There are tables, and the server has no pages of them. */
const WITHOUT_PAGES = "without-pages";

/**
 * Brings the base up to the remote's state: pages and a probe by SQL side by side, one of which alone proves nothing.
 * @throws SyncError `remote-replaced`, `remote-agent-mismatch`, `remote-damaged`, `remote-unsupported`, `not-agentfs`, `remote-busy`, and as `post` does
 */
export async function fetchRemote(context: AgentContext, prior: Base | null, ifReplaced: IfReplaced): Promise<RemoteState> {
  let wasWithoutPages = false;
  for (let attempt = 0; attempt < TRIES; attempt++) {
    // The second try may still be a race with a commit; after that the prior base is not trusted any more.
    const delta = attempt < 2 && isUsable(context, prior) ? prior : null;
    const state = await retrying(context.remote, "always", () => fetchOnce(context, prior, delta, ifReplaced));
    if (state !== null && state !== WITHOUT_PAGES) return state;
    // Once: somebody has just made the tables, after the pages were read.
    if (state === WITHOUT_PAGES && wasWithoutPages) throw withoutPages(context);
    wasWithoutPages = state === WITHOUT_PAGES;
    context.io.verbose(`${context.target.agent}: the remote changed while it was read; reading it again`);
  }
  throw new SyncError("remote-busy", `${context.remote.url} changed ${TRIES} times while it was read.`);
}

function isUsable({ target }: AgentContext, prior: Base | null): boolean {
  return prior !== null && prior.url === target.remoteUrl && prior.facts.uuid !== null && prior.facts.receipt !== null;
}

async function fetchOnce(
  context: AgentContext,
  prior: Base | null,
  delta: Base | null,
  ifReplaced: IfReplaced,
): Promise<RemoteState | typeof WITHOUT_PAGES | null> {
  // The pages are taken in while the probe waits: a server that works on one request at a time cannot answer it before they are read.
  const [pages, probed] = await Promise.allSettled([
    receiveAll(context, delta),
    probe(context.remote, prior?.facts.receipt?.pushId ?? null),
  ]);
  const received = pages.status === "fulfilled" ? pages.value : null;
  let isKept = false;
  try {
    if (probed.status === "rejected") throw probed.reason;
    const answer = probed.value;
    checkOwner(context, answer.facts);
    const isReplaced = prior !== null && isOther(prior.facts, answer);
    if (isReplaced && !answer.isEmpty && ifReplaced === "refuse" && !context.config.allow.includes("remote-replaced"))
      throw replacedRemote(context);
    if (delta !== null && (isReplaced || !answer.knowsReceipt)) return await fetchOnce(context, prior, null, ifReplaced);
    if (pages.status === "rejected") {
      // An older copy that was put back may hold the base's receipt and yet other pages than the base has: all of them tell.
      if (delta !== null && isDamage(pages.reason)) return await fetchOnce(context, prior, null, ifReplaced);
      throw pages.reason;
    }
    if (answer.isEmpty) return received === null ? await becomeEmpty(context, prior) : null;
    if (received === null) return WITHOUT_PAGES;
    if (!sameFacts(received.facts, answer.facts)) return null;
    isKept = true;
    return { kind: "base", base: await received.keep(), isChanged: received.isChanged, isReplaced };
  } finally {
    if (!isKept) await received?.discard();
  }
}

const isDamage = (error: unknown): boolean =>
  error instanceof SyncError && (error.code === "remote-damaged" || error.code === "not-agentfs");

/** Null if the server has no pages. Its answer is read to the end all the same: it may be cut, or hold pages that it should not. */
async function receiveAll(context: AgentContext, delta: Base | null): Promise<Received | null> {
  const stream = await openPages(context.remote, delta?.revision ?? null);
  if (stream.header.pageCount > 0) return receiveState(context, stream, delta);
  await stream.pages.next();
  return null;
}

function withoutPages({ remote }: AgentContext): SyncError {
  return new SyncError("remote-damaged", `${remote.url} has tables, but serves no pages of them.`, {
    hint: "Make sure that nothing but the server opens its file, and start the server anew.",
  });
}

/** The base stays as it is then: a second try must be refused as well. */
export function replacedRemote({ remote, target }: AgentContext): SyncError {
  return new SyncError(
    "remote-replaced",
    `${remote.url} is not the database that ${target.agent} was pulled from, or an older copy of it was put back, and there are unpushed changes here.`,
  );
}

export function emptiedRemote({ remote }: AgentContext, prior?: Base): SyncError {
  const when = prior === undefined ? "before" : `at the last pull (${prior.pulledAt})`;
  return new SyncError("remote-replaced", `${remote.url} is empty, but held an agent ${when}.`);
}

/** No UUID before and one now is no replaced remote: somebody has initialised it. What native clients leave there stays. */
function isOther(before: RemoteFacts, now: Probe): boolean {
  const clients = new Set(now.facts.nativeMark?.map(([client]) => client));
  if (before.nativeMark?.some(([client]) => !clients.has(client))) return true;
  if (before.uuid === null) return false;
  return before.uuid !== now.facts.uuid || (before.receipt !== null && !now.knowsReceipt);
}

function checkOwner({ target, remote }: AgentContext, facts: RemoteFacts): void {
  if (facts.agent !== null && facts.agent !== target.agent) {
    throw new SyncError(
      "remote-agent-mismatch",
      `${remote.url} is the database of the agent "${facts.agent}", not of "${target.agent}".`,
    );
  }
  if (facts.format !== null && facts.format !== SYNC_FORMAT) {
    throw new SyncError(
      "remote-unsupported",
      `${remote.url} was written by another version of agentfs-sync (format ${facts.format}).`,
      {
        hint: "Use the newest version of agentfs-sync everywhere.",
      },
    );
  }
}

async function becomeEmpty(context: AgentContext, prior: Base | null): Promise<RemoteState> {
  if (prior !== null && !context.config.allow.includes("remote-replaced")) throw emptiedRemote(context, prior);
  await removeBase(context.paths);
  return { kind: "empty", isReplaced: prior !== null };
}
