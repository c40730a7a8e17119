import { diff, ours } from "./contenders.ts";
import { noChange, oneChange, type Write } from "./large-content.ts";
import { pulledFrom } from "./machines.ts";
import { alone, type Scenario } from "./scenario.ts";

function diffAfter(name: string, megabytes: number, writes: readonly Write[]): Scenario {
  return {
    group: "diff",
    name: `diff, ${megabytes} MB, ${name}`,
    prepare: async () => {
      const { wire, dir } = await pulledFrom(ours, megabytes);
      await ours.work(wire, dir, writes);
      return alone(() => diff(wire, dir));
    },
  };
}

export const diffUnchanged = (megabytes: number): Scenario => diffAfter("nothing changed", megabytes, noChange);
export const diffOneChanged = (megabytes: number): Scenario => diffAfter("one file changed", megabytes, oneChange);
