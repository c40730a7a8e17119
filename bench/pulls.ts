import { remoteSql } from "../test/parts/remote-sql.ts";
import { makeTempDir } from "../test/parts/temp.ts";
import { machinesInSync, remoteWith } from "./machines.ts";
import { addSmallFile } from "./remote-content.ts";
import { inTurn, type Scenario } from "./scenario.ts";

export const coldPull = (megabytes: number, latencyMs = 0): Scenario => ({
  group: latencyMs > 0 ? "latency" : "pull",
  name: `cold pull, ${megabytes} MB${late(latencyMs)}`,
  prepare: async () => {
    const { wire } = await remoteWith(megabytes, latencyMs);
    return inTurn(async (contender) => contender.pull(wire, await makeTempDir(), true));
  },
});

export const unchangedPull = (megabytes: number, latencyMs = 0): Scenario => ({
  group: latencyMs > 0 ? "latency" : "pull",
  name: `pull of nothing new, ${megabytes} MB there${late(latencyMs)}`,
  prepare: async () => {
    const { wire, machineOf } = await machinesInSync(megabytes, latencyMs);
    return inTurn((contender) => contender.pull(wire, machineOf(contender), false));
  },
});

export const smallPull = (megabytes: number, latencyMs = 0, group: Scenario["group"] = "pull"): Scenario =>
  pullAfter(`pull of one 4 KiB file, ${megabytes} MB there`, megabytes, latencyMs, group, (url, round) =>
    addSmallFile(url, `small-${round}.bin`),
  );

/** One chunk in a hundred, spread over all files. */
export const scatteredPull = (megabytes: number): Scenario =>
  pullAfter(`pull of 1 % of the pages, ${megabytes} MB there`, megabytes, 0, "pull", async (url, round) => {
    const sql = `UPDATE fs_data SET data = randomblob(4096) WHERE (ino * 64 + chunk_index) % 100 = ${round}`;
    await remoteSql(url, [{ sql }]);
  });

function pullAfter(
  name: string,
  megabytes: number,
  latencyMs: number,
  group: Scenario["group"],
  change: (url: string, round: number) => Promise<void>,
): Scenario {
  return {
    group: latencyMs > 0 ? "latency" : group,
    name: `${name}${late(latencyMs)}`,
    prepare: async () => {
      const { wire, direct, machineOf } = await machinesInSync(megabytes, latencyMs);
      const pull = inTurn((contender) => contender.pull(wire, machineOf(contender), false));
      return async (round) => {
        await change(direct, round);
        return pull(round);
      };
    },
  };
}

export const late = (latencyMs: number): string => (latencyMs > 0 ? `, ${latencyMs} ms away` : "");
