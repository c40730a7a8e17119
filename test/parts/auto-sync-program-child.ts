/**
 * One process that uses agentfs-sdk and the SDK of ours at once: reads `{ remoteUrl, directory, rounds }` as JSON, writes what it saw to
 * standard output. Collects garbage between the rounds, as it may happen at any time: it drops locks of what is still open.
 */
import { writeFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { AgentFS } from "agentfs-sdk";
import { autoSync, type SyncResult } from "../../packages/core/src/index.ts";

interface Task {
  readonly remoteUrl: string;
  readonly authToken: string;
  readonly directory: string;
  readonly rounds: number;
}

const { rounds, ...target } = JSON.parse(await text(process.stdin)) as Task;
const collect = globalThis.gc;
if (collect === undefined) throw new Error("start it with --expose-gc");
const seen: { readonly names: readonly string[]; readonly sync: SyncResult }[] = [];

const { pushed } = await autoSync({ agent: "bot", ...target }, async (manager) => {
  for (let round = 0; round < rounds; round++) {
    const agent = await AgentFS.open({ path: manager.databasePath });
    await agent.fs.writeFile(`/round-${round}.txt`, `${round}`.repeat(20_000));
    const names = await agent.fs.readdir("/");
    await agent.close();
    if (round % 2 === 1) collect();
    seen.push({ names, sync: await manager.sync() });
  }
  const agent = await AgentFS.open({ path: manager.databasePath });
  await agent.fs.writeFile("/last.txt", "last");
  await agent.close();
});
writeFileSync(1, JSON.stringify({ seen, pushed }));
process.exit(0);
