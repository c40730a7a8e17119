import { SyncError } from "../errors.ts";
import type { Deadline } from "./deadline.ts";

/** One agent's database at a server, and the counters of what went over the wire (bodies, in bytes). */
export interface Remote {
  /** Base URL without trailing slash; holds no credentials. */
  readonly url: string;
  readonly authToken: string | null;
  readonly deadline: Deadline;
  readonly meter: { sentBytes: number; receivedBytes: number; requests: number };
}

export function openRemote(url: string, authToken: string | null, deadline: Deadline): Remote {
  return { url, authToken, deadline, meter: { sentBytes: 0, receivedBytes: 0, requests: 0 } };
}

/** Whether the server may have acted on a request that failed: what is retried without a look, and what never is. */
export type Reached = "no" | "maybe";

/** A request that got no usable answer. `reached` is "no" only if it surely had no effect. */
export class RequestFailed extends SyncError {
  readonly reached: Reached;

  constructor(error: SyncError, reached: Reached) {
    super(error.code, error.message, { details: error.details, hint: error.hint, cause: error.cause });
    this.reached = reached;
  }
}

/**
 * Sends one POST and yields the answer's body as it arrives. Never retries: what may be sent again is the caller's knowledge.
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
  remote.deadline.check(what);
  remote.meter.requests++;
  remote.meter.sentBytes += bytes.byteLength;
  let status = 0;
  try {
    const response = await fetch(remote.url + path, {
      method: "POST",
      headers: {
        "content-type": contentType,
        ...(remote.authToken === null ? {} : { authorization: `Bearer ${remote.authToken}` }),
      },
      body: bytes as Uint8Array<ArrayBuffer>,
      redirect: "manual",
      signal: remote.deadline.signal,
    });
    status = response.status;
    if (status !== 200) throw await refused(remote, path, response);
    for await (const part of response.body ?? []) {
      remote.meter.receivedBytes += part.byteLength;
      yield part;
    }
  } catch (thrown) {
    if (thrown instanceof SyncError) throw thrown;
    throw new RequestFailed(lost(remote, what, thrown), neverConnected(thrown) ? "no" : "maybe");
  }
}

/** The whole body of an answer as text. */
export async function postForText(remote: Remote, path: string, contentType: string, body: string): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const part of post(remote, path, contentType, body)) parts.push(part);
  return Buffer.concat(parts).toString("utf8");
}

const QUOTED_BODY_CHARACTERS = 200;

async function refused(remote: Remote, path: string, response: Response): Promise<RequestFailed> {
  const status = response.status;
  const said = (await response.text()).replace(/\s+/g, " ").trim().slice(0, QUOTED_BODY_CHARACTERS);
  const text = `${remote.url}${path} answered ${status}${said === "" ? "" : `: ${said}`}`;
  const details = { status };
  const withoutToken = remote.authToken === null ? " No token was sent." : "";
  if (status === 401) return new RequestFailed(new SyncError("unauthorized", `${text}.${withoutToken}`, { details }), "no");
  if (status === 403) return new RequestFailed(new SyncError("forbidden", `${text}.${withoutToken}`, { details }), "no");
  if (status === 404) return new RequestFailed(new SyncError("remote-not-found", `${text}.`, { details }), "no");
  if (status === 429) return new RequestFailed(new SyncError("rate-limited", `${text}.`, { details }), "no");
  if (status >= 300 && status < 400) {
    const to = response.headers.get("location") ?? "nowhere";
    const why = `${remote.url}${path} answers with a redirect to ${to}, which is not followed: the token would go there`;
    return new RequestFailed(new SyncError("remote-protocol", `${why}.`, { details, hint: "Use the final URL." }), "no");
  }
  if (status >= 500) return new RequestFailed(new SyncError("remote-error", `${text}.`, { details }), "maybe");
  return new RequestFailed(new SyncError("remote-protocol", `${text}.`, { details }), "no");
}

function lost(remote: Remote, what: string, thrown: unknown): SyncError {
  if (remote.deadline.signal.aborted) return remote.deadline.error(what);
  const cause = thrown instanceof Error && thrown.cause instanceof Error ? thrown.cause : thrown;
  const why = cause instanceof Error ? cause.message || String((cause as NodeJS.ErrnoException).code) : String(cause);
  return new SyncError("remote-unreachable", `No answer from ${remote.url}: ${why}.`, { cause: thrown });
}

const BEFORE_CONNECTION = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
]);

function neverConnected(thrown: unknown): boolean {
  const cause = thrown instanceof Error ? (thrown.cause as NodeJS.ErrnoException | undefined) : undefined;
  return cause?.code !== undefined && BEFORE_CONNECTION.has(cause.code);
}
