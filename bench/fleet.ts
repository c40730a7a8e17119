import { join } from "node:path";
import { startServer } from "../test/parts/server.ts";
import { makeTempDir } from "../test/parts/temp.ts";
import { official, pullAll } from "./contenders.ts";
import type { Measurement } from "./measure.ts";
import { fillRemote } from "./remote-content.ts";
import type { Scenario } from "./scenario.ts";
import { startWire } from "./wire.ts";

/** One command of ours for all agents, against the official client once for each, one after the other. */
export const pullAgents = (count: number, megabytes: number): Scenario => ({
  group: "agents",
  name: `cold pull of ${count} agents, ${megabytes} MB each`,
  prepare: async () => {
    const agents = Array.from({ length: count }, (_, index) => `agent-${index}`);
    const servers = await Promise.all(agents.map(async (agent) => [agent, (await startServer()).url] as const));
    for (const [, url] of servers) await fillRemote(url, megabytes);
    const wire = await startWire(new Map(servers));
    return async () => {
      const ours = await pullAll(wire, agents, await makeTempDir());
      const dir = await makeTempDir();
      const each: Measurement[] = [];
      for (const agent of agents) {
        each.push(await official.pull({ ...wire, url: wire.url.replace("{agent}", agent) }, join(dir, agent), true));
      }
      return { ours, official: together(each) };
    };
  },
});

function together(each: readonly Measurement[]): Measurement {
  const sum = (of: keyof Measurement) => each.reduce((all, one) => all + one[of], 0);
  return {
    durationMs: sum("durationMs"),
    peakBytes: Math.max(...each.map(({ peakBytes }) => peakBytes)),
    sentBytes: sum("sentBytes"),
    receivedBytes: sum("receivedBytes"),
    requests: sum("requests"),
    roundTrips: sum("roundTrips"),
  };
}
