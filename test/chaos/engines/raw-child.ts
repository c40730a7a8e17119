/** One process of a job with the official client: connects, does its phases, closes. Its task is a JSON file, named by its one argument. */
import { readFileSync } from "node:fs";
import { connect } from "@tursodatabase/sync";
import { AgentFS } from "agentfs-sdk";
import { Journal } from "../writer/journal.ts";
import { performAll } from "../writer/perform.ts";
import { SdkHands } from "../writer/sdk-hands.ts";
import type { WriterTask } from "../writer/writer-child.ts";

export type RawPhase = "pull" | "write" | "push";

export interface RawTask {
  readonly db: string;
  readonly url: string;
  readonly token: string;
  readonly phases: readonly RawPhase[];
  readonly writerTask: string | null;
}

const read = <T>(path: string | undefined): T => JSON.parse(readFileSync(path ?? "", "utf8")) as T;

const task = read<RawTask>(process.argv[2]);
const db = await connect({ path: task.db, url: task.url, authToken: task.token });
for (const phase of task.phases) {
  switch (phase) {
    case "pull":
      await db.pull();
      break;
    case "push":
      await db.push();
      break;
    case "write": {
      if (task.writerTask === null) break;
      const { writes, author, journal } = read<WriterTask>(task.writerTask);
      const hands = new SdkHands(await AgentFS.openWith(db), async () => undefined);
      await performAll(hands, writes, author, new Journal(journal));
    }
  }
}
await db.close();
