import { FAULT_KINDS, type FaultKind } from "../draw/fault-kinds.ts";

/** How often each kind of fault really happened: one that was drawn for a request that never came does not count. */
export class Strikes {
  readonly #counts = new Map<FaultKind, number>();

  add(kind: FaultKind): void {
    this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + 1);
  }

  get counts(): Readonly<Partial<Record<FaultKind, number>>> {
    return Object.fromEntries(FAULT_KINDS.flatMap((kind) => (this.#counts.has(kind) ? [[kind, this.#counts.get(kind)]] : [])));
  }
}
