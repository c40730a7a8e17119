import type { ClientRequest, IncomingHttpHeaders, IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { type ErrorCode, SyncError } from "../errors.ts";
import { makeRedactor } from "../secrets/redact.ts";
import type { Deadline } from "./deadline.ts";
import { codeOfStatus } from "./status.ts";

/** One agent's database at a server, and the counters of what went over the wire (bodies, in bytes). */
export interface Remote {
  /** Base URL without trailing slash; holds no credentials. */
  readonly url: string;
  readonly authToken: string | null;
  readonly deadline: Deadline;
  readonly meter: { sentBytes: number; receivedBytes: number; requests: number };
  /** A line about the requests themselves; `isNotable` if a user should see it although no one asked. */
  readonly say: (line: string, isNotable: boolean) => void;
  /** Shown the head of every answer. */
  readonly answered?: ((headers: IncomingHttpHeaders) => void) | undefined;
}

export function openRemote(
  url: string,
  authToken: string | null,
  deadline: Deadline,
  say: Remote["say"],
  meter: Remote["meter"] = { sentBytes: 0, receivedBytes: 0, requests: 0 },
): Remote {
  return { url, authToken, deadline, meter, say };
}

/** Whether the server may have acted on a request that failed: what is retried without a look, and what never is. */
export type Reached = "no" | "maybe";

/** A request that got no usable answer. `reached` is "no" only if it surely had no effect. */
export class RequestFailed extends SyncError {
  readonly reached: Reached;
  /** How long the server asks to be left alone. */
  readonly retryAfterMs: number;

  constructor(error: SyncError, reached: Reached, retryAfterMs = 0) {
    super(error.code, error.message, { details: error.details, hint: error.hint, cause: error.cause });
    this.reached = reached;
    this.retryAfterMs = retryAfterMs;
  }
}

/**
 * Sends one POST and yields the answer's body as it arrives. Never retries: what may be sent again is the caller's knowledge.
 * Not by `fetch`: in Node 24 it ends the process (an assertion in its parser) when a server closes the connection while we read slowly.
 * @throws RequestFailed with `unauthorized`, `forbidden`, `remote-not-found`, `rate-limited`, `remote-error`, `remote-protocol`,
 * `remote-unreachable`, `remote-timeout`, `aborted`
 */
export async function* post(
  remote: Remote,
  path: string,
  contentType: string,
  body: string | Uint8Array,
): AsyncGenerator<Uint8Array> {
  const bytes = typeof body === "string" ? Buffer.from(body) : body;
  const what = `the request to ${remote.url}${path}`;
  if (remote.deadline.signal.aborted) throw new RequestFailed(remote.deadline.error(what), "no");
  remote.meter.requests++;
  remote.meter.sentBytes += bytes.byteLength;
  try {
    const response = await answerTo(remote, path, contentType, bytes);
    remote.answered?.(response.headers);
    if (response.statusCode !== 200) throw await refused(remote, path, response);
    if (!hasEnd(response)) throw endless(remote, path);
    for await (const part of response as AsyncIterable<Buffer>) {
      remote.meter.receivedBytes += part.byteLength;
      yield part;
    }
  } catch (thrown) {
    if (thrown instanceof SyncError) throw thrown;
    const isUnsent = thrown instanceof NotConnected;
    throw new RequestFailed(lost(remote, what, isUnsent ? thrown.cause : thrown), isUnsent ? "no" : "maybe");
  }
}

/** Not imported: an import of `node:http` loads all that it offers, `fetch` and `WebSocket` too, which takes as long as the start of Node.js. */
const http = () => process.getBuiltinModule("node:http");
const https = () => process.getBuiltinModule("node:https");

function answerTo(remote: Remote, path: string, contentType: string, body: Uint8Array): Promise<IncomingMessage> {
  const url = new URL(remote.url + path);
  const isPlain = url.protocol === "http:";
  const options = {
    method: "POST",
    // The local server takes one connection at a time, and an idle one keeps the others waiting: none is kept open to it.
    agent: isPlain ? (false as const) : undefined,
    signal: remote.deadline.signal,
    headers: {
      "content-type": contentType,
      "content-length": body.byteLength,
      ...(remote.authToken === null ? {} : { authorization: `Bearer ${remote.authToken}` }),
    },
  };
  return new Promise((resolve, reject) => {
    const sending = (isPlain ? http() : https()).request(url, options);
    let isConnected = false;
    sending.once("socket", (socket) => {
      isConnected = sending.reusedSocket || !socket.connecting;
      socket.once(isPlain ? "connect" : "secureConnect", () => {
        isConnected = true;
      });
      limitConnecting(sending, socket, remote.deadline.timeoutMs);
    });
    // A server may work on others first, but a connection on which nothing comes or goes is dead.
    const silenceMs = Math.min(LONGEST_SILENCE_MS, remote.deadline.timeoutMs / 2);
    sending.setTimeout(silenceMs, () => sending.destroy(new Silence(`nothing came for ${silenceMs / 1000} s`)));
    // Every error, not the first alone: one that nobody hears would end the process.
    const onError = (error: Error) => reject(isConnected ? error : new NotConnected(error));
    sending.once("response", resolve).on("error", onError).end(body);
  });
}

/** On the local server an idle connection of another client keeps everybody waiting for 30 s. */
const LONGEST_SILENCE_MS = 45_000;
const LONGEST_CONNECT_MS = 10_000;

class Silence extends Error {}

/** There was no connection yet, or no TLS on it: nothing of the request has left. */
class NotConnected extends Error {
  override readonly cause: Error;

  constructor(cause: Error) {
    super(cause.message);
    this.cause = cause;
  }
}

function limitConnecting(sending: ClientRequest, socket: Socket, timeoutMs: number): void {
  if (!socket.connecting) return;
  const limitMs = Math.min(LONGEST_CONNECT_MS, timeoutMs / 4);
  const timer = setTimeout(() => sending.destroy(new Silence(`no connection within ${limitMs / 1000} s`)), limitMs);
  for (const event of ["connect", "close"]) socket.once(event, () => clearTimeout(timer));
}

/** An answer that ends when the connection does looks whole when it is cut, and a page stream cut between two pages too. */
function hasEnd({ headers }: IncomingMessage): boolean {
  return headers["content-length"] !== undefined || headers["transfer-encoding"] !== undefined;
}

function endless(remote: Remote, path: string): RequestFailed {
  const why = `${remote.url}${path} answered with neither a length nor chunks: whether the answer is whole cannot be told`;
  return new RequestFailed(new SyncError("remote-protocol", `${why}.`), "maybe");
}

/** The whole body of an answer as text. */
export async function postForText(remote: Remote, path: string, contentType: string, body: string | Uint8Array): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const part of post(remote, path, contentType, body)) parts.push(part);
  return Buffer.concat(parts).toString("utf8");
}

const QUOTED_BODY_CHARACTERS = 200;
const READ_BODY_BYTES = 64 * 1024;

/** Of an answer that is only quoted: it may have no end. */
async function beginningOf(response: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let sizeBytes = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    parts.push(part);
    sizeBytes += part.length;
    if (sizeBytes >= READ_BODY_BYTES) break;
  }
  return Buffer.concat(parts).toString("utf8");
}

/** Answers that judge the request alone. Any other (408 of a gateway, for one) may come after the server has done its work. */
const REFUSED_UNREAD = new Set([400, 405, 411, 413, 414, 415, 422, 431]);

async function refused(remote: Remote, path: string, response: IncomingMessage): Promise<RequestFailed> {
  const status = response.statusCode ?? 0;
  // Before it is cut: half a token is no longer recognised.
  const said = makeRedactor([remote.authToken])(await beginningOf(response))
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, QUOTED_BODY_CHARACTERS);
  const answered = `${remote.url}${path} answered ${status}${said === "" ? "" : `: ${said}`}`;
  const details = { status };
  const code = codeOfStatus(status);
  if (status >= 300 && status < 400) {
    const to = response.headers.location ?? "nowhere";
    const why = `${remote.url}${path} answers with a redirect to ${to}, which is not followed: the token would go there`;
    return new RequestFailed(new SyncError(code, `${why}.`, { details, hint: "Use the final URL." }), "no");
  }
  const isAboutToken = code === "unauthorized" || code === "forbidden";
  const withoutToken = isAboutToken && remote.authToken === null ? " No token was sent." : "";
  const reached = NOT_ACTED_ON.has(code) || REFUSED_UNREAD.has(status) ? "no" : "maybe";
  const retryAfterMs = code === "rate-limited" || code === "remote-error" ? retryAfter(response) : 0;
  return new RequestFailed(new SyncError(code, `${answered}.${withoutToken}`, { details }), reached, retryAfterMs);
}

const NOT_ACTED_ON: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "unauthorized",
  "forbidden",
  "remote-not-found",
  "rate-limited",
]);

/** Seconds or a date (RFC 9110, 10.2.3), in ms from now; 0 if there is none, or none that makes sense. */
function retryAfter({ headers }: IncomingMessage): number {
  const said = headers["retry-after"] ?? "";
  const ms = /^\d+$/.test(said) ? Number(said) * 1000 : Date.parse(said) - Date.now();
  return Number.isFinite(ms) && ms > 0 ? ms : 0;
}

function lost(remote: Remote, what: string, thrown: unknown): SyncError {
  if (remote.deadline.signal.aborted) return remote.deadline.error(what);
  if (thrown instanceof Silence) return new SyncError("remote-timeout", `No answer from ${remote.url}: ${thrown.message}.`);
  const why = thrown instanceof Error ? thrown.message || String((thrown as NodeJS.ErrnoException).code) : String(thrown);
  return new SyncError("remote-unreachable", `No answer from ${remote.url}: ${why.replace(/\s+/g, " ").trim()}.`, {
    cause: thrown,
  });
}
