import { files, megabytes, scattered, smallFiles, type Write } from "./large-content.ts";
import { pulledFrom, pushed } from "./machines.ts";
import { late } from "./pulls.ts";
import { alone, inTurn, type Scenario } from "./scenario.ts";

interface Push {
  readonly name: string;
  readonly writes: readonly Write[];
  /** Chunks that have to be on the server afterwards, more than before. */
  readonly chunks: number;
  /** What the server has before. */
  readonly there?: number;
  readonly latencyMs?: number;
  readonly group?: Scenario["group"];
  readonly only?: "ours";
}

function push({ name, writes, chunks, there = 1, latencyMs = 0, group = "push", only }: Push): Scenario {
  return {
    group: latencyMs > 0 ? "latency" : group,
    name: `${name}, ${there} MB there${late(latencyMs)}`,
    prepare: async () =>
      (only === "ours" ? alone : inTurn)(async (contender) => {
        const { dir, ...remote } = await pulledFrom(contender, there, latencyMs);
        if (writes.length > 0) await contender.work(remote.wire, dir, writes);
        return pushed(contender, remote, dir, chunks);
      }),
  };
}

export const pushNothing = (there: number): Scenario => push({ name: "push of nothing", writes: [], chunks: 0, there });

export const pushOneFile = (there: number, latencyMs = 0, group: Scenario["group"] = "push"): Scenario =>
  push({ name: "push of one 4 KiB file", writes: files(1, 4096, 1), chunks: 1, there, latencyMs, group });

/** 300 files of 17 chunks. */
export const pushFiles = (latencyMs = 0): Scenario =>
  push({ name: "push of 300 files, 20 MB", writes: files(300, 17 * 4096, 17), chunks: 300 * 17, latencyMs });

export const pushScattered = (there: number): Scenario =>
  push({ name: "push of 1 % of the chunks", writes: scattered, chunks: 0, there });

/** Each has one chunk. */
export const pushSmallFiles = (count: number): Scenario =>
  push({ name: `push of ${count.toLocaleString("en")} small files`, writes: smallFiles(count), chunks: count });

/**
 * Ours alone beyond 90 MB: the official client holds all of its request in memory, and ends itself when that is larger than
 * 2^27 bytes.
 */
export const pushMuch = (count: number, only?: "ours"): Scenario =>
  push({
    name: `push of ${count} MB`,
    writes: megabytes(count),
    chunks: count * 256,
    ...(only === undefined ? {} : { only }),
  });
