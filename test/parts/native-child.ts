/** The child process of `native.ts`: reads `{ path, url, authToken, ops }` as JSON, writes the answers to standard output. */
import { writeFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { connect } from "@tursodatabase/sync";
import { AgentFS } from "agentfs-sdk";
import { type OpenAgent, perform } from "./agent-ops.ts";
import type { NativeOp } from "./native.ts";

interface Task {
  readonly path: string;
  readonly url: string;
  readonly authToken?: string;
  readonly ops: readonly NativeOp[];
}

type Native = Awaited<ReturnType<typeof connect>>;

/** Opened at the first SDK operation and only once: opening writes to the database. */
let agent: OpenAgent | undefined;

async function performNative(db: Native, op: NativeOp): Promise<unknown> {
  switch (op.op) {
    case "sql":
      return db.prepare(op.sql).all(...(op.args ?? []));
    case "push":
      return db.push();
    case "pull":
      return db.pull();
    case "checkpoint":
      return db.checkpoint();
    case "stats":
      return db.stats();
    case "agent":
      agent ??= await AgentFS.openWith(db);
      return perform(agent, op.do);
  }
}

async function answer(db: Native, op: NativeOp): Promise<unknown> {
  if (op.mayFail !== true) return performNative(db, op);
  try {
    return await performNative(db, op);
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

const { ops, ...options } = JSON.parse(await text(process.stdin)) as Task;
const db = await connect(options);
const answers: unknown[] = [];
for (const op of ops) answers.push((await answer(db, op)) ?? null);
await db.close();
writeFileSync(1, JSON.stringify(answers));
