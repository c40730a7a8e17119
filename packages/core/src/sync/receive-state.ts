import { rm } from "node:fs/promises";
import { factsOf, type RemoteFacts } from "../agentfs/facts.ts";
import { requireRemoteAgentFs } from "../agentfs/manifest.ts";
import { PAGE_SIZE_BYTES, type PageStream } from "../remote/pages.ts";
import { type Base, publishBase, writeBaseInfo } from "../replica/base.ts";
import { temporaryPath } from "../replica/files.ts";
import { removeImage } from "../replica/image/image.ts";
import { receivePages } from "../replica/receive.ts";
import { Database } from "../replica/sqlite.ts";
import type { AgentContext } from "./context.ts";
import { progress } from "./progress.ts";

/** A state of the remote that came in whole, but is not the base yet. */
export interface Received {
  /** Where it can be read: a temporary file, or the base itself if no page differs. */
  readonly path: string;
  readonly facts: RemoteFacts;
  readonly isChanged: boolean;
  keep(): Promise<Base>;
  discard(): Promise<void>;
}

/**
 * Takes in a page stream, onto `delta` or onto nothing.
 * @throws SyncError `remote-damaged`, `remote-protocol`, `not-agentfs`, `unsupported-schema`, and as `post` does
 */
export async function receiveState(context: AgentContext, stream: PageStream, delta: Base | null): Promise<Received> {
  try {
    return await receive(context, stream, delta);
  } finally {
    // If it went wrong, nobody waits for the rest.
    await stream.pages.return(undefined);
  }
}

async function receive(context: AgentContext, stream: PageStream, delta: Base | null): Promise<Received> {
  const { paths, target, remote } = context;
  const { revision, pageCount, replacesBase } = stream.header;
  const prior = replacesBase ? null : delta;
  const info = { agent: target.agent, url: target.remoteUrl, revision, pageCount, pulledAt: new Date().toISOString() };
  const first = await stream.pages.next();
  if (prior !== null && first.done === true && pageCount === prior.pageCount) {
    const { facts, path } = prior;
    const keep = async () => (revision === prior.revision ? prior : writeBaseInfo(paths, { ...info, facts, path }));
    return { path, facts, isChanged: false, keep, discard: () => Promise.resolve() };
  }
  const path = await temporaryPath(paths, "base");
  const pages = counted(context, withFirst(first, stream.pages), prior === null ? pageCount : null);
  await receivePages({ header: stream.header, pages }, prior?.path ?? null, path, context.twin);
  const facts = readPulled(path, `What ${remote.url} holds`);
  const keep = () => publishBase(paths, path, { ...info, facts });
  const discard = async () => {
    await removeImage(path);
    if (context.twin !== undefined) await rm(context.twin, { force: true });
  };
  return { path, facts, isChanged: true, keep, discard };
}

function readPulled(path: string, what: string): RemoteFacts {
  using db = Database.openImmutable(path);
  requireRemoteAgentFs(db, what);
  return factsOf(db);
}

type Pages = PageStream["pages"];

async function* counted(context: AgentContext, pages: Pages, pageCount: number | null): Pages {
  const say = (count: number) =>
    progress(context, "receiving", count * PAGE_SIZE_BYTES, pageCount === null ? null : pageCount * PAGE_SIZE_BYTES);
  let count = 0;
  for await (const some of pages) {
    say(count);
    count += some.length;
    yield some;
  }
  say(count);
}

async function* withFirst<T>(first: IteratorResult<T, unknown>, rest: AsyncGenerator<T>): AsyncGenerator<T> {
  if (first.done === true) return;
  yield first.value;
  yield* rest;
}
