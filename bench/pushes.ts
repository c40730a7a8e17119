import { CHUNKS_A_MEGABYTE, files, megabytes, oneFile, scattered, smallFiles, type Write } from "./large-content.ts";
import { pulledFrom, pushed } from "./machines.ts";
import { late } from "./pulls.ts";
import { alone, CONTENDERS, inTurn, type Scenario } from "./scenario.ts";

interface Push {
  readonly name: string;
  readonly writes: (round: number) => readonly Write[];
  /** Chunks that have to be on the server afterwards, more than before. */
  readonly chunks: number;
  /** What the server has before. */
  readonly there?: number;
  readonly latencyMs?: number;
  readonly group?: Scenario["group"];
  readonly only?: "ours";
  /** Each machine pushes again and again: so little that what is there stays the same. Otherwise each round has new ones. */
  readonly isSmall?: true;
}

function push({ name, writes, chunks, there = 1, latencyMs = 0, group = "push", only, isSmall }: Push): Scenario {
  return {
    group: latencyMs > 0 ? "latency" : group,
    name: `${name}, ${there} MB there${late(latencyMs)}`,
    prepare: async () => {
      const machines = new Map<string, Awaited<ReturnType<typeof pulledFrom>>>();
      if (isSmall) for (const one of CONTENDERS) machines.set(one.name, await pulledFrom(one, there, latencyMs));
      return (only === "ours" ? alone : inTurn)(async (contender, round) => {
        const { dir, ...remote } = machines.get(contender.name) ?? (await pulledFrom(contender, there, latencyMs));
        const list = writes(round);
        if (list.length > 0) await contender.work(remote.wire, dir, list);
        return pushed(contender, remote, dir, chunks);
      });
    },
  };
}

export const pushNothing = (there: number): Scenario =>
  push({ name: "push of nothing", writes: () => [], chunks: 0, there, isSmall: true });

export const pushOneFile = (there: number, latencyMs = 0, group: Scenario["group"] = "push"): Scenario =>
  push({ name: "push of one 4 KiB file", writes: oneFile, chunks: 1, there, latencyMs, group, isSmall: true });

/** 300 files of 17 chunks. */
export const pushFiles = (latencyMs = 0): Scenario =>
  push({ name: "push of 300 files, 20 MB", writes: () => files(300, 17 * 4096, 17), chunks: 300 * 17, latencyMs });

export const pushScattered = (there: number): Scenario =>
  push({ name: "push of 1 % of the chunks", writes: scattered, chunks: 0, there, isSmall: true });

/** Each has one chunk. */
export const pushSmallFiles = (count: number): Scenario =>
  push({ name: `push of ${count.toLocaleString("en")} small files`, writes: () => smallFiles(count), chunks: count });

/**
 * Ours alone beyond 90 MB: the official client holds all of its request in memory, and ends itself when that is larger than
 * 2^27 bytes.
 */
export const pushMuch = (count: number, only?: "ours"): Scenario =>
  push({
    name: `push of ${count} MB`,
    writes: () => megabytes(count),
    chunks: count * CHUNKS_A_MEGABYTE,
    ...(only === undefined ? {} : { only }),
  });
