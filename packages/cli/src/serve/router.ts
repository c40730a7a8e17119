import { once } from "node:events";
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { SyncError } from "@agentfs-sync/core";

/** One port in front of all servers: `/<agent>/…` goes to that agent's. */
export interface Router {
  readonly port: number;
  /** From now on requests for the agent go to this port. */
  add(agent: string, port: number): void;
  close(): Promise<void>;
}

/** @throws SyncError `config-invalid` when the port cannot be had. */
export async function startRouter(port: number): Promise<Router> {
  const ports = new Map<string, number>();
  const server = createServer((incoming, outgoing) => {
    forward(ports, incoming, outgoing).catch((error: unknown) => {
      answer(
        outgoing,
        502,
        "bad-gateway",
        `the agent's server gave no answer: ${error instanceof Error ? error.message : String(error)}`,
      );
    });
  });
  await listen(server, port);
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the router has no port");
  return {
    port: address.port,
    add: (agent, upstream) => void ports.set(agent, upstream),
    async close() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function listen(server: Server, port: number): Promise<void> {
  server.listen(port, "127.0.0.1");
  try {
    await once(server, "listening");
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const why = code === "EADDRINUSE" ? "is in use by another program" : `cannot be listened on (${code ?? "unknown error"})`;
    throw new SyncError("config-invalid", `The port ${port} ${why}.`, {
      cause,
      hint: "Name another one, or leave --port out for any free one.",
    });
  }
}

async function forward(ports: ReadonlyMap<string, number>, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const [, agent = "", path = "/"] = /^\/([^/?]*)(.*)$/.exec(incoming.url ?? "/") ?? [];
  const port = ports.get(agent);
  if (port === undefined) {
    incoming.resume();
    const known = [...ports.keys()].map((name) => `/${name}`).join(", ");
    return answer(outgoing, 404, "unknown-agent", `there is no agent at /${agent}; served are ${known}`);
  }
  // All of the body first, then a connection of its own that is closed after the answer: tursodb serves one connection at
  // a time, so a slow client on an open one would keep everybody else waiting.
  const body = await buffer(incoming);
  const headers = { ...incoming.headers, host: `127.0.0.1:${port}`, connection: "close", "content-length": String(body.length) };
  // The body is whole now, so it is no longer sent in chunks.
  const { "transfer-encoding": _chunked, ...sent } = headers as Record<string, string | string[] | undefined>;
  const target = path.startsWith("/") ? path : `/${path}`;
  const upstream = request({ host: "127.0.0.1", port, method: incoming.method, path: target, headers: sent, agent: false });
  outgoing.once("close", () => upstream.destroy());
  upstream.end(body);
  const [response] = (await once(upstream, "response")) as [IncomingMessage];
  const { connection: _connection, ...received } = response.headers;
  outgoing.writeHead(response.statusCode ?? 502, received);
  response.once("error", () => outgoing.destroy());
  response.pipe(outgoing);
}

function answer(outgoing: ServerResponse, status: number, code: string, message: string): void {
  if (outgoing.headersSent) {
    outgoing.destroy();
    return;
  }
  const body = JSON.stringify({ error: { code, message } });
  outgoing.writeHead(status, { "content-type": "application/json", "content-length": Buffer.byteLength(body) }).end(body);
}
