/**
 * One process that uses agentfs-sdk and the SDK of ours at once: reads `{ remoteUrl, directory, rounds }` as JSON, writes what it saw to
 * standard output. Between the rounds it reads the files, as a backup would: closing them drops the locks that the SDK still holds.
 */
import { readFileSync, writeFileSync } from "node:fs";
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
const seen: { readonly names: readonly string[]; readonly sync: SyncResult }[] = [];

const { pushed } = await autoSync({ agent: "bot", ...target }, async (manager) => {
  for (let round = 0; round < rounds; round++) {
    const agent = await AgentFS.open({ path: manager.databasePath });
    await agent.fs.writeFile(`/round-${round}.txt`, `${round}`.repeat(20_000));
    const names = await agent.fs.readdir("/");
    await agent.close();
    for (const suffix of ["", "-wal"]) readFileSync(manager.databasePath + suffix);
    seen.push({ names, sync: await manager.sync() });
  }
  const agent = await AgentFS.open({ path: manager.databasePath });
  await agent.fs.writeFile("/last.txt", "last");
  await agent.close();
});
writeFileSync(1, JSON.stringify({ seen, pushed }));
process.exit(0);
