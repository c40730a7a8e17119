import type { Place } from "../../replica/id-map.ts";

/** Where entries of the working copy stand on the remote, if elsewhere than here: `before` this push, and after it. */
export class Places {
  readonly #before: ReadonlyMap<bigint, Place>;
  readonly #after: Map<bigint, Place>;

  constructor(before: ReadonlyMap<bigint, Place>) {
    this.#before = before;
    this.#after = new Map(before);
  }

  get(localId: bigint): Place | undefined {
    return this.#before.get(localId);
  }

  /** Null: it stands where the working copy has it, or is gone. */
  set(localId: bigint, place: Place | null): void {
    if (place === null) this.#after.delete(localId);
    else this.#after.set(localId, { parentIno: place.parentIno, name: place.name });
  }

  get after(): ReadonlyMap<bigint, Place> {
    return this.#after;
  }
}
