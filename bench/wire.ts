import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { buffer } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { onCleanUp } from "../test/parts/cleanup.ts";
import type { RecordedRequest } from "../test/parts/proxy.ts";

/** The way between a measured process and the real servers: it counts what passes, adds latency, and keeps nothing. */
export interface Wire {
  /** `http://127.0.0.1:PORT`; with several servers, `…/{agent}`. */
  readonly url: string;
  /** What has passed so far. */
  read(): Traffic;
}

/** Bytes to and from the servers, heads included. */
export interface Traffic {
  readonly sentBytes: number;
  readonly receivedBytes: number;
  readonly requests: number;
  /**
   * How many of them waited for one another: what comes before another one is answered waited for none. Of several agents, or on a wire
   * without latency, it says little.
   */
  readonly roundTrips: number;
}

/** The servers' URLs by agent; one for whoever asks has the name "". */
export type Upstreams = ReadonlyMap<string, string>;

/** `shown` sees each request that passes; nothing of it is kept here. */
export async function startWire(upstreams: Upstreams, latencyMs = 0, shown?: (request: RecordedRequest) => void): Promise<Wire> {
  const count = { sentBytes: 0, receivedBytes: 0, requests: 0, roundTrips: 0 };
  const server = createServer((incoming, outgoing) => {
    count.requests += 1;
    const trip = count.roundTrips + 1;
    const answered = () => {
      count.roundTrips = Math.max(count.roundTrips, trip);
    };
    serve(incoming, outgoing, { upstreams, latencyMs, shown, answered }).catch((error: unknown) =>
      outgoing.destroy(error as Error),
    );
  });
  const open = new Set<Socket>();
  server.on("connection", (socket) => {
    socket.setNoDelay(true);
    open.add(socket);
    socket.once("close", () => {
      open.delete(socket);
      count.sentBytes += socket.bytesRead;
      count.receivedBytes += socket.bytesWritten;
    });
  });
  // The official client is silent for longer than the usual five seconds while it makes its request, and fails if it finds the connection closed.
  server.keepAliveTimeout = 0;
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the wire has no port");
  onCleanUp(async () => {
    server.close();
    server.closeAllConnections();
  });
  const sum = (of: "bytesRead" | "bytesWritten") => [...open].reduce((bytes, socket) => bytes + socket[of], 0);
  return {
    url: `http://127.0.0.1:${address.port}${upstreams.has("") ? "" : "/{agent}"}`,
    read: () => ({
      requests: count.requests,
      roundTrips: count.roundTrips,
      sentBytes: count.sentBytes + sum("bytesRead"),
      receivedBytes: count.receivedBytes + sum("bytesWritten"),
    }),
  };
}

interface Passing {
  readonly upstreams: Upstreams;
  readonly latencyMs: number;
  readonly shown: ((request: RecordedRequest) => void) | undefined;
  /** Told when an answer begins. */
  readonly answered: () => void;
}

/** One connection a request, closed after it: an idle one would block the server's only thread. */
async function serve(incoming: IncomingMessage, outgoing: ServerResponse, { upstreams, latencyMs, shown, answered }: Passing) {
  const body = await buffer(incoming);
  if (latencyMs > 0) await sleep(latencyMs);
  const [, agent = "", rest = "/"] = upstreams.has("")
    ? ["", "", incoming.url ?? "/"]
    : (/^\/([^/]+)(.*)$/.exec(incoming.url ?? "") ?? []);
  const upstream = upstreams.get(agent);
  if (upstream === undefined) throw new Error(`no server for ${incoming.url}`);
  shown?.({ method: incoming.method ?? "GET", path: rest, headers: incoming.headers, body });
  const headers = { ...endToEnd(incoming.headers), "content-length": String(body.length), connection: "close" };
  const sent = request(`${upstream}${rest}`, { method: incoming.method ?? "GET", headers, agent: false });
  sent.end(body);
  const [answer] = (await once(sent, "response")) as [IncomingMessage];
  answered();
  outgoing.writeHead(answer.statusCode ?? 502, endToEnd(answer.headers));
  await pipeline(answer, outgoing);
}

const HOP_BY_HOP = new Set(["connection", "keep-alive", "transfer-encoding", "host", "expect"]);

function endToEnd(headers: IncomingHttpHeaders): Record<string, string | string[]> {
  const kept = Object.entries(headers).filter((entry): entry is [string, string | string[]] => entry[1] !== undefined);
  return Object.fromEntries(kept.filter(([name]) => !HOP_BY_HOP.has(name)));
}
