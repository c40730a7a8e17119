import { SyncError } from "../errors.ts";
import { post, type Remote } from "./http.ts";
import { decodeMessage, delimited, type Message, stringField } from "./protobuf.ts";

export const PAGE_SIZE_BYTES = 4096;
const MAX_MESSAGE_SIZE_BYTES = 1 << 20;
/** SQLite's own limit: https://www.sqlite.org/limits.html */
const MOST_PAGES = 2 ** 32 - 2;

/** The head of an answer of `/pull-updates`. */
export interface PagesHeader {
  /** The server's opaque name of the state that the pages belong to. */
  readonly revision: string;
  /** Size of the whole database, in pages. */
  readonly pageCount: number;
  /** The pages are to be put onto nothing, whatever was asked for. */
  readonly replacesBase: boolean;
}

export interface Page {
  /** From 0. */
  readonly index: number;
  readonly bytes: Uint8Array;
}

export interface PageStream {
  readonly header: PagesHeader;
  /** As they come: those together that came together, one or more. Its `return` closes the connection: for whoever needs no more. */
  readonly pages: AsyncGenerator<readonly Page[]>;
}

/**
 * Asks for the pages changed since `clientRevision`, or all pages for null. A stream that ends early between two pages looks
 * complete here: the caller counts the pages.
 * Request fields: 2 server_revision, 3 client_revision. Answer: a delimited header (1 server_revision, 2 db_size, 3 raw_encoding,
 * 4 zstd_encoding, 5 stream_kind, 6 apply_mode, 8 protocol), then delimited pages (1 page_id, 2 bytes).
 * @throws RequestFailed as `post` does, SyncError `remote-protocol`, `remote-unsupported`
 */
export async function openPages(remote: Remote, clientRevision: string | null): Promise<PageStream> {
  const stream = post(remote, "/pull-updates", "application/protobuf", stringField(3, clientRevision ?? ""));
  const messages = delimited(stream, MAX_MESSAGE_SIZE_BYTES);
  try {
    const head = await understood(remote, () => messages.next());
    if (head.done === true) throw notUnderstood(remote, "an empty answer");
    const [first = new Uint8Array(), ...rest] = head.value;
    const header = await understood(remote, () => readHeader(remote, decodeMessage(first)));
    const pages = readPages(remote, rest, messages, header.pageCount);
    // A generator that was not begun has nothing to end.
    await pages.next();
    return { header, pages };
  } catch (error) {
    await messages.return(undefined);
    throw error;
  }
}

function readHeader(remote: Remote, message: Message): PagesHeader {
  const numeric = (field: number): number => {
    const value = message.get(field) ?? 0;
    if (typeof value !== "number") throw new RangeError(`field ${field} of the header is no number`);
    return value;
  };
  const revision = message.get(1);
  if (!(revision instanceof Uint8Array) || revision.length === 0) throw new RangeError("a header without a revision");
  if (numeric(5) !== 0 || numeric(8) > 1) {
    throw new SyncError(
      "remote-unsupported",
      `${remote.url} sends a logical log instead of pages: the database is in MVCC mode.`,
    );
  }
  if (message.has(4)) throw new RangeError("compressed pages, which were not asked for");
  if (numeric(6) > 1) throw new RangeError(`apply mode ${numeric(6)}`);
  if (numeric(2) > MOST_PAGES) throw new RangeError(`a database of ${numeric(2)} pages`);
  return { revision: Buffer.from(revision).toString("utf8"), pageCount: numeric(2), replacesBase: numeric(6) === 1 };
}

async function* readPages(
  remote: Remote,
  first: readonly Uint8Array[],
  rest: AsyncGenerator<readonly Uint8Array[]>,
  pageCount: number,
): AsyncGenerator<readonly Page[]> {
  const read = (messages: readonly Uint8Array[]) =>
    understood(remote, () => messages.map((message) => readPage(decodeMessage(message), pageCount)));
  try {
    yield [];
    if (first.length > 0) yield await read(first);
    for (;;) {
      const next = await understood(remote, () => rest.next());
      if (next.done === true) return;
      yield await read(next.value);
    }
  } finally {
    await rest.return(undefined);
  }
}

function readPage(message: Message, pageCount: number): Page {
  const index = message.get(1) ?? 0;
  const bytes = message.get(2);
  if (typeof index !== "number" || !(bytes instanceof Uint8Array)) throw new RangeError("a page of another form");
  if (bytes.length !== PAGE_SIZE_BYTES) throw new RangeError(`page ${index} has ${bytes.length} bytes, not ${PAGE_SIZE_BYTES}`);
  if (index >= pageCount) throw new RangeError(`page ${index} of a database of ${pageCount} pages`);
  return { index, bytes };
}

async function understood<T>(remote: Remote, read: () => T | Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (thrown) {
    if (thrown instanceof RangeError) throw notUnderstood(remote, thrown.message);
    throw thrown;
  }
}

function notUnderstood(remote: Remote, what: string): SyncError {
  return new SyncError(
    "remote-protocol",
    `${remote.url}/pull-updates did not answer as a Turso-compatible server does: ${what}.`,
  );
}
