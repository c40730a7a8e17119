import { agentfsProgram } from "./agentfs-program.ts";
import { type Contender, type ContenderName, official, ours } from "./contenders.ts";
import type { Measurement } from "./measure.ts";

const binary = process.env.AGENTFS_BINARY ?? "";

/** All that take part. */
export const CONTENDERS: readonly Contender[] = [ours, official, ...(binary === "" ? [] : [agentfsProgram(binary)])];

/** One round measures each contender once, under the same conditions, one after the other. Null: it failed. Not in it: who cannot do it. */
export type Round = Readonly<Partial<Record<Exclude<ContenderName, "ours">, Measurement | null>> & { ours: Measurement }>;

export interface Scenario {
  /** Which table it belongs to. */
  readonly group: "pull" | "push" | "diff" | "agents" | "latency" | "growth";
  readonly name: string;
  /** Prepares the servers and machines; what it answers measures one round. */
  readonly prepare: () => Promise<(round: number) => Promise<Round>>;
}

type MeasureOne = (contender: Contender, round: number) => Promise<Measurement>;

/** A B, B A, A B, …: so that none always finds what another one warmed up. */
export function inTurn(one: MeasureOne): (round: number) => Promise<Round> {
  return async (round) => {
    const measured = new Map<ContenderName, Measurement | null>();
    for (const contender of round % 2 === 0 ? CONTENDERS : CONTENDERS.toReversed()) {
      const measuring = one(contender, round);
      measured.set(contender.name, await (contender === ours ? measuring : measuring.catch(saidAndGone)));
    }
    return Object.fromEntries(measured) as Round;
  };
}

/** For want of memory, say: all that else was measured stands. */
function saidAndGone(error: unknown): null {
  console.error(error);
  return null;
}

/** Where the others have nothing like it, or cannot do it. */
export function alone(one: MeasureOne): (round: number) => Promise<Round> {
  return async (round) => ({ ours: await one(ours, round) });
}
