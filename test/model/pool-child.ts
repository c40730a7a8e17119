/** The child process of `pool.ts`: real clients for many databases, one request after the other. */
import { connect } from "@tursodatabase/sync";
import { AgentFS } from "agentfs-sdk";
import { type AgentOp, type OpenAgent, perform } from "../parts/agent-ops.ts";

export type PoolRequest =
  /** agentfs-sdk opens the file, does the operations and closes it. It keeps its lock: nobody else may need that file. */
  | { readonly does: "write"; readonly path: string; readonly ops: readonly AgentOp[] }
  /** The official client connects, or goes on; pulls, does the operations and pushes. */
  | { readonly does: "native"; readonly path: string; readonly url: string; readonly ops: readonly AgentOp[] }
  | { readonly does: "close"; readonly path: string };

export interface PoolAnswer {
  readonly error: string | null;
}

interface Native {
  readonly db: Awaited<ReturnType<typeof connect>>;
  readonly agent: OpenAgent;
}

const natives = new Map<string, Native>();

async function answer(request: PoolRequest): Promise<void> {
  if (request.does === "close") {
    await natives.get(request.path)?.db.close();
    natives.delete(request.path);
    return;
  }
  if (request.does === "write") {
    const agent = await AgentFS.open({ path: request.path });
    for (const op of request.ops) await perform(agent, op);
    await agent.close();
    return;
  }
  const native = natives.get(request.path) ?? (await open(request.path, request.url));
  await native.db.pull();
  for (const op of request.ops) await perform(native.agent, op);
  await native.db.push();
}

async function open(path: string, url: string): Promise<Native> {
  const db = await connect({ path, url });
  const native = { db, agent: await AgentFS.openWith(db) };
  natives.set(path, native);
  return native;
}

process.on("message", (request: PoolRequest) => {
  answer(request).then(
    () => process.send?.({ error: null }),
    (error: unknown) => process.send?.({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  );
});
