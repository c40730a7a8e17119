import { command, ours } from "../../bench/contenders.ts";
import { megabytes, oneFile, smallFiles, type Write } from "../../bench/large-content.ts";
import { putInUse } from "../../bench/machines.ts";
import { addSmallFile, fillRemote } from "../../bench/remote-content.ts";
import { startServer } from "../parts/server.ts";
import { makeTempDir } from "../parts/temp.ts";
import { startCounting } from "./count.ts";
import type { Counted } from "./counts.ts";

/** What each command cost, by what it did. */
export type Costs = ReadonlyMap<string, Counted>;

/** Content on the server before: what is done on both must not cost more on the larger one. */
export const [SMALL_MB, LARGE_MB] = [1, 8];
export const PUSHED_MB = 8;
const AGENTS = 10;

/** Done in both. */
export const CHANGES = ["pull of one file", "push of one file"] as const;

export const nameOf = (what: string, there: number): string => `${what}, ${there} MB there`;

/** The same work on every machine: commands of ours, as built, against the real server. */
export async function doFixedWork(): Promise<Costs> {
  const costs = new Map<string, Counted>();
  const small = await machineWith(SMALL_MB, costs);
  await small.command("pull", "cold pull");
  await small.command("pull", "pull of nothing new");
  await small.command("push", "push of nothing");
  await small.pullOneFile();
  await small.command("push", "push of nothing after a pull");
  await small.pushOneFile();
  await small.push("push of 300 files", smallFiles(300, 2_000_000));
  await small.push(`push of ${PUSHED_MB} MB`, megabytes(PUSHED_MB, 3_000_000));
  const large = await machineWith(LARGE_MB, costs);
  await large.command("pull", "cold pull");
  await large.pullOneFile();
  await large.pushOneFile();
  costs.set(`cold pull of ${AGENTS} agents`, await pullAgents());
  return costs;
}

async function machineWith(there: number, costs: Map<string, Counted>) {
  const { url: direct } = await startServer();
  await putInUse(direct, there);
  const { wire, count } = await startCounting(new Map([["", direct]]));
  const dir = await makeTempDir();
  const counted = async (name: "pull" | "push", what: string) => {
    costs.set(nameOf(what, there), await count(command(name, wire), dir));
  };
  const push = async (what: string, writes: readonly Write[]) => {
    await ours.work(wire, dir, writes);
    await counted("push", what);
  };
  return {
    command: counted,
    push,
    pullOneFile: async () => {
      await addSmallFile(direct, "new");
      await counted("pull", "pull of one file");
    },
    pushOneFile: () => push("push of one file", oneFile(0)),
  };
}

async function pullAgents(): Promise<Counted> {
  const agents = Array.from({ length: AGENTS }, (_, index) => `agent-${index}`);
  const servers = await Promise.all(
    agents.map(async (agent) => {
      const { url } = await startServer();
      await fillRemote(url, 0);
      return [agent, url] as const;
    }),
  );
  const { wire, count } = await startCounting(new Map(servers));
  return count(command("pull", wire, agents.join(",")), await makeTempDir());
}
