import { randomBytes } from "node:crypto";
import type { AgentOp } from "../test/parts/agent.ts";
import { startProxy, type TestProxy } from "../test/parts/proxy.ts";
import { startServer } from "../test/parts/server.ts";
import { makeTempDir } from "../test/parts/temp.ts";
import { type Contender, diff, official, ours } from "./contenders.ts";
import { megabytes, noChange, oneChange, smallFiles, writeTo } from "./large-content.ts";
import type { Measurement } from "./measure.ts";
import { addSmallFile, countChunks, FILE_BYTES, fillRemote, MEGABYTE } from "./remote-content.ts";

/** One round measures each contender once, under the same conditions, one after the other; null: the official client has no part in it. */
export interface Round {
  readonly ours: Measurement;
  readonly official: Measurement | null;
}

export interface Scenario {
  readonly name: string;
  /** Prepares the servers and machines; what it answers measures one round. */
  readonly prepare: () => Promise<(round: number) => Promise<Round>>;
}

const PUSH_MEGABYTES = 20;

export const coldPull = (megabytes: number): Scenario => ({
  name: `cold pull, ${megabytes} MB`,
  prepare: async () => {
    const proxy = await remoteWith(megabytes);
    return inTurn(async (contender) => contender.pull(proxy, await makeTempDir(), true));
  },
});

export const unchangedPull = (megabytes: number): Scenario => ({
  name: `pull of nothing new, ${megabytes} MB there`,
  prepare: async () => {
    const { proxy, machines } = await machinesInSync(megabytes);
    return inTurn((contender) => contender.pull(proxy, machines[contender.name], false));
  },
});

export const smallPull = (megabytes: number): Scenario => ({
  name: `pull of one 4 KiB file, ${megabytes} MB there`,
  prepare: async () => {
    const { proxy, machines } = await machinesInSync(megabytes);
    const pull = inTurn((contender) => contender.pull(proxy, machines[contender.name], false));
    return async (round) => {
      await addSmallFile(proxy.url, `small-${round}.bin`);
      return pull(round);
    };
  },
});

export const push = (megabytes: number): Scenario => ({
  name: `push of ${PUSH_MEGABYTES} MB, ${megabytes} MB there`,
  prepare: async () =>
    inTurn(async (contender) => {
      const { proxy, dir } = await pulledFrom(contender, megabytes);
      await contender.work(proxy, dir, newFiles(PUSH_MEGABYTES));
      return pushed(contender, proxy, dir, (PUSH_MEGABYTES * MEGABYTE) / 4096);
    }),
});

/** Each has one chunk. */
export const pushSmallFiles = (count: number): Scenario => ({
  name: `push of ${count.toLocaleString("en")} small files`,
  prepare: async () =>
    inTurn(async (contender) => {
      const { proxy, dir } = await pulledFrom(contender, 1);
      await writeTo(contender, proxy, dir, smallFiles(count));
      return pushed(contender, proxy, dir, count);
    }),
});

/** Ours alone: the official client holds all of its request in memory, ten times as large, and ends itself beyond 2^27 bytes. */
export const pushMuch = (count: number): Scenario => ({
  name: `push of ${count} MB`,
  prepare: async () => async () => {
    const { proxy, dir } = await pulledFrom(ours, 1);
    await writeTo(ours, proxy, dir, megabytes(count));
    return { ours: await pushed(ours, proxy, dir, (count * MEGABYTE) / 4096), official: null };
  },
});

export const diffUnchanged = (count: number): Scenario => ({
  name: `diff, ${count} MB, nothing changed`,
  prepare: async () => {
    const { proxy, dir } = await pulledFrom(ours, count);
    await writeTo(ours, proxy, dir, noChange);
    return async () => ({ ours: await diff(proxy, dir), official: null });
  },
});

export const diffOneChanged = (count: number): Scenario => ({
  name: `diff, ${count} MB, one file changed`,
  prepare: async () => {
    const { proxy, dir } = await pulledFrom(ours, count);
    await writeTo(ours, proxy, dir, oneChange);
    return async () => ({ ours: await diff(proxy, dir), official: null });
  },
});

async function pulledFrom(contender: Contender, count: number) {
  const proxy = await remoteWith(count);
  const dir = await makeTempDir();
  await contender.pull(proxy, dir, true);
  return { proxy, dir };
}

/** Measures a push; throws if not all of its chunks arrived. */
async function pushed(contender: Contender, proxy: TestProxy, dir: string, chunks: number): Promise<Measurement> {
  const chunksBefore = await countChunks(proxy.url);
  const measured = await contender.push(proxy, dir);
  const arrived = (await countChunks(proxy.url)) - chunksBefore;
  if (arrived < chunks) throw new Error(`Of the push of ${contender.name}, ${arrived} of ${chunks} chunks arrived`);
  return measured;
}

/** A B, B A, A B, …: so that neither always finds what the other one warmed up. */
function inTurn(one: (contender: Contender) => Promise<Measurement>): (round: number) => Promise<Round> {
  return async (round) => {
    const first = round % 2 === 0 ? ours : official;
    const second = first === ours ? official : ours;
    const a = await one(first);
    const b = await one(second);
    return first === ours ? { ours: a, official: b } : { ours: b, official: a };
  };
}

export async function remoteWith(megabytes: number): Promise<TestProxy> {
  const { url } = await startServer();
  await fillRemote(url, megabytes);
  return startProxy({ upstream: url });
}

/** One machine each that has pulled all there is. The remote was pushed to by us once: a pull can be a delta only then. */
async function machinesInSync(megabytes: number) {
  const proxy = await remoteWith(megabytes);
  const machines = { ours: await makeTempDir(), official: await makeTempDir() };
  await ours.pull(proxy, machines.ours, true);
  await ours.work(proxy, machines.ours, [{ op: "kvSet", key: "pushed", value: true }]);
  await ours.push(proxy, machines.ours);
  await ours.pull(proxy, machines.ours, false);
  await official.pull(proxy, machines.official, true);
  return { proxy, machines };
}

function newFiles(megabytes: number): AgentOp[] {
  return Array.from({ length: (megabytes * MEGABYTE) / FILE_BYTES }, (_, index) => ({
    op: "writeFile",
    path: `/new-${index}.bin`,
    base64: randomBytes(FILE_BYTES).toString("base64"),
  }));
}
