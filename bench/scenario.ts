import { type Contender, official, ours } from "./contenders.ts";
import type { Measurement } from "./measure.ts";

/** One round measures each contender once, under the same conditions, one after the other; null: the official client has no part in it. */
export interface Round {
  readonly ours: Measurement;
  readonly official: Measurement | null;
}

export interface Scenario {
  /** Which table it belongs to. */
  readonly group: "pull" | "push" | "diff" | "agents" | "latency" | "growth";
  readonly name: string;
  /** Prepares the servers and machines; what it answers measures one round. */
  readonly prepare: () => Promise<(round: number) => Promise<Round>>;
}

/** A B, B A, A B, …: so that neither always finds what the other one warmed up. */
export function inTurn(one: (contender: Contender, round: number) => Promise<Measurement>): (round: number) => Promise<Round> {
  return async (round) => {
    const first = round % 2 === 0 ? ours : official;
    const second = first === ours ? official : ours;
    const a = await one(first, round);
    const b = await one(second, round);
    return first === ours ? { ours: a, official: b } : { ours: b, official: a };
  };
}

/** Where the official client has nothing like it, or cannot do it. */
export function alone(one: (contender: Contender, round: number) => Promise<Measurement>): (round: number) => Promise<Round> {
  return async (round) => ({ ours: await one(ours, round), official: null });
}
