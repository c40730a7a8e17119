/** A writer: a process of its own, started by a job or by `agentfs-sync run`. Its task is a JSON file, named by its one argument. */
import { existsSync, readFileSync } from "node:fs";
import type { Write } from "../draw/program.ts";
import type { Hands } from "./hands.ts";
import { Journal } from "./journal.ts";
import { type Author, performAll } from "./perform.ts";
import { PlainHands } from "./plain-hands.ts";
import { SdkHands } from "./sdk-hands.ts";

export interface WriterTask {
  readonly hands: "plain" | "sdk";
  readonly db: string;
  readonly journal: string;
  readonly author: Author;
  readonly writes: readonly Write[];
}

async function take({ hands, db }: WriterTask): Promise<Hands> {
  if (hands === "plain") return new PlainHands(db);
  const { AgentFS } = await import("agentfs-sdk");
  const agent = await AgentFS.open({ path: db });
  return new SdkHands(agent, () => agent.close());
}

const task = JSON.parse(readFileSync(process.argv[2] ?? "", "utf8")) as WriterTask;
// `run` may start us although nothing could be pulled: then there is nothing to write to.
if (existsSync(task.db)) {
  const hands = await take(task);
  await performAll(hands, task.writes, task.author, new Journal(task.journal));
  await hands.close();
}
