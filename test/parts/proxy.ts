import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { buffer } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { onCleanUp } from "./cleanup.ts";

export interface RecordedRequest {
  readonly method: string;
  /** Path with query, e.g. `/v2/pipeline`. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | Uint8Array;
}

/**
 * What goes wrong with one request: another answer in place of upstream's; the connection dropped before upstream saw the
 * request or after it did the work; a delay; upstream's answer altered (its body cut, for one).
 */
export type Fault =
  | Answer
  | { readonly drop: "before" | "after" }
  /** The request comes late; with `after`, it is done at once and its answer comes late. */
  | { readonly delayMs: number; readonly after?: true }
  /** The connection ends half-way through upstream's answer, or after so many bytes of its body. */
  | { readonly cut: true | number }
  /** Upstream's answer comes in pieces of so many bytes, with a pause after each. */
  | { readonly dripBytes: number; readonly pauseMs: number }
  /** Upstream does the work, and the connection is reset (RST). */
  | { readonly reset: true }
  /** Never an answer; the connection stays until the client or the proxy ends it. */
  | { readonly silent: true }
  | { readonly alter: (answer: Required<Answer> & { readonly body: Buffer }) => Answer };

export interface ProxyOptions {
  /** Base URL of the real server. */
  readonly upstream: string;
  /** With it, requests without `Authorization: Bearer <token>` get 401. */
  readonly token?: string;
  /** Asked for each request that passed the token check; nothing means: pass it on. */
  readonly fault?: (request: RecordedRequest) => Fault | undefined | Promise<Fault | undefined>;
}

export interface TestProxy {
  readonly url: string;
  /** All requests so far, in the order in which they were complete, refused ones too. */
  readonly requests: RecordedRequest[];
  /** Bytes from and to clients so far: heads and bodies, as they are on the wire. */
  readonly bytesIn: number;
  readonly bytesOut: number;
  stop(): Promise<void>;
}

/** A proxy of ours before the real server: it counts, records, asks for a token and makes faults. Stopped after the test file. */
export async function startProxy(options: ProxyOptions): Promise<TestProxy> {
  const requests: RecordedRequest[] = [];
  const open = new Set<Socket>();
  let closedIn = 0;
  let closedOut = 0;
  const server = createServer((incoming, outgoing) => {
    serve(incoming, outgoing, options, requests).catch((error: unknown) => {
      outgoing.destroy(error instanceof Error ? error : new Error(String(error)));
    });
  });
  server.on("connection", (socket) => {
    open.add(socket);
    socket.once("close", () => {
      open.delete(socket);
      closedIn += socket.bytesRead;
      closedOut += socket.bytesWritten;
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The proxy has no port");
  const stop = async () => {
    if (!server.listening) return;
    const closed = once(server, "close");
    server.close();
    server.closeAllConnections();
    await closed;
  };
  onCleanUp(stop);
  return {
    url: `http://127.0.0.1:${address.port}`,
    requests,
    get bytesIn() {
      return [...open].reduce((sum, socket) => sum + socket.bytesRead, closedIn);
    },
    get bytesOut() {
      return [...open].reduce((sum, socket) => sum + socket.bytesWritten, closedOut);
    },
    stop,
  };
}

async function serve(incoming: IncomingMessage, outgoing: ServerResponse, options: ProxyOptions, requests: RecordedRequest[]) {
  const { method = "GET", url = "/", headers } = incoming;
  const recorded: RecordedRequest = { method, path: url, headers, body: await buffer(incoming) };
  requests.push(recorded);
  if (options.token !== undefined && headers.authorization !== `Bearer ${options.token}`) {
    return send(outgoing, UNAUTHORIZED);
  }
  const fault = await options.fault?.(recorded);
  if (fault === undefined) return pass(outgoing, await forward(options.upstream, recorded));
  if ("status" in fault) return send(outgoing, fault);
  if ("delayMs" in fault) {
    if (fault.after !== true) await sleep(fault.delayMs);
    const answer = await forward(options.upstream, recorded);
    if (fault.after === true) await sleep(fault.delayMs);
    return pass(outgoing, answer);
  }
  if ("cut" in fault) return cutShort(outgoing, await forward(options.upstream, recorded), fault.cut);
  if ("dripBytes" in fault) return drip(outgoing, await forward(options.upstream, recorded), fault);
  if ("reset" in fault) {
    await buffer(await forward(options.upstream, recorded));
    return void incoming.socket.resetAndDestroy();
  }
  if ("silent" in fault) return;
  if ("drop" in fault) {
    if (fault.drop === "after") await buffer(await forward(options.upstream, recorded));
    return void outgoing.socket?.destroy();
  }
  const answer = await forward(options.upstream, recorded);
  const whole = { status: answer.statusCode ?? 502, headers: endToEnd(answer.headers), body: await buffer(answer) };
  return send(outgoing, fault.alter(whole));
}

const UNAUTHORIZED: Answer = {
  status: 401,
  headers: { "content-type": "application/json" },
  body: JSON.stringify({ error: "unauthorized: missing or wrong token" }),
};

function send(outgoing: ServerResponse, answer: Answer): void {
  const body = Buffer.from(answer.body ?? "");
  const { "content-length": _, ...headers } = { "content-length": "", ...answer.headers };
  outgoing.writeHead(answer.status, mutable({ ...headers, "content-length": String(body.length) })).end(body);
}

/** Status and length of the whole answer; the body is for the caller to send. */
async function startAnswer(outgoing: ServerResponse, answer: IncomingMessage): Promise<Buffer> {
  const body = await buffer(answer);
  outgoing.writeHead(answer.statusCode ?? 502, mutable({ ...endToEnd(answer.headers), "content-length": String(body.length) }));
  return body;
}

async function cutShort(outgoing: ServerResponse, answer: IncomingMessage, cut: true | number): Promise<void> {
  const body = await startAnswer(outgoing, answer);
  const part = body.subarray(0, cut === true ? body.length / 2 : cut);
  await new Promise<void>((sent) => outgoing.write(part, () => sent()));
  outgoing.socket?.destroy();
}

async function drip(
  outgoing: ServerResponse,
  answer: IncomingMessage,
  { dripBytes, pauseMs }: { readonly dripBytes: number; readonly pauseMs: number },
): Promise<void> {
  const body = await startAnswer(outgoing, answer);
  for (let at = 0; at < body.length && !outgoing.destroyed; at += dripBytes) {
    outgoing.write(body.subarray(at, at + dripBytes));
    await sleep(pauseMs);
  }
  outgoing.end();
}

async function pass(outgoing: ServerResponse, answer: IncomingMessage): Promise<void> {
  outgoing.writeHead(answer.statusCode ?? 502, mutable(endToEnd(answer.headers)));
  await pipeline(answer, outgoing);
}

/** One connection a request, closed after it: an idle one would block the server's only thread. */
function forward(upstream: string, recorded: RecordedRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request(`${upstream}${recorded.path}`, {
      method: recorded.method,
      headers: mutable({ ...endToEnd(recorded.headers), "content-length": String(recorded.body.length), connection: "close" }),
      agent: false,
    })
      .once("response", resolve)
      .once("error", reject)
      .end(recorded.body);
  });
}

const HOP_BY_HOP = new Set(["connection", "keep-alive", "transfer-encoding", "host", "expect"]);

function endToEnd(headers: IncomingHttpHeaders): Record<string, string | readonly string[]> {
  const kept = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined || HOP_BY_HOP.has(name) ? [] : [[name, value] as const],
  );
  return Object.fromEntries(kept);
}

function mutable(headers: Readonly<Record<string, string | readonly string[]>>): Record<string, string | string[]> {
  return Object.fromEntries(Object.entries(headers).map(([k, v]) => [k, typeof v === "string" ? v : [...v]]));
}
