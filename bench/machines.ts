import { rm } from "node:fs/promises";
import { startServer } from "../test/parts/server.ts";
import { makeTempDir } from "../test/parts/temp.ts";
import { type Contender, type ContenderName, ours } from "./contenders.ts";
import { copyOfServer } from "./kept-servers.ts";
import type { Measurement } from "./measure.ts";
import { countChunks, fillRemote } from "./remote-content.ts";
import { CONTENDERS } from "./scenario.ts";
import { startWire, type Wire } from "./wire.ts";

/** A server with so much on it, and the way to it. `direct` is the server itself, for what is not measured. */
export interface Remote {
  readonly wire: Wire;
  readonly direct: string;
}

/** Fills an empty server, and has something pushed to it by us: without, a pull cannot be a delta, and a push has our tables to make. */
export async function putInUse(url: string, megabytes: number): Promise<void> {
  await fillRemote(url, megabytes);
  const [wire, dir] = [await startWire(new Map([["", url]])), await makeTempDir()];
  await ours.pull(wire, dir, true);
  await ours.work(wire, dir, [["INSERT INTO kv_store (key, value) SELECT 'pushed', 'true' WHERE ? <> ''", "[]"]]);
  await ours.push(wire, dir);
  await rm(dir, { recursive: true });
}

/** One that is in use. */
export async function remoteWith(megabytes: number, latencyMs = 0): Promise<Remote> {
  const file = await copyOfServer(`${megabytes} MB`, (url) => putInUse(url, megabytes));
  const { url } = await startServer({ file });
  return { wire: await startWire(new Map([["", url]]), latencyMs), direct: url };
}

/** One remote, and one machine each that has pulled all there is. */
export async function machinesInSync(megabytes: number, latencyMs = 0) {
  const remote = await remoteWith(megabytes, latencyMs);
  const machines = new Map<ContenderName, string>();
  for (const contender of CONTENDERS) {
    const dir = await makeTempDir();
    await contender.pull(remote.wire, dir, true);
    machines.set(contender.name, dir);
  }
  return { ...remote, machineOf: ({ name }: Contender) => machines.get(name) ?? "" };
}

/** A server of its own, with a machine that has pulled all there is. */
export async function pulledFrom(contender: Contender, megabytes: number, latencyMs = 0) {
  const remote = await remoteWith(megabytes, latencyMs);
  const dir = await makeTempDir();
  await contender.pull(remote.wire, dir, true);
  return { ...remote, dir };
}

/** Measures a push; throws if not all of its chunks arrived. */
export async function pushed(contender: Contender, { wire, direct }: Remote, dir: string, chunks: number): Promise<Measurement> {
  const chunksBefore = await countChunks(direct);
  const measured = await contender.push(wire, dir);
  const arrived = (await countChunks(direct)) - chunksBefore;
  if (arrived < chunks) throw new Error(`Of the push of ${contender.name}, ${arrived} of ${chunks} chunks arrived`);
  return measured;
}
