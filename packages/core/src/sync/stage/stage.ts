import { NumbersUsedUp } from "../../agentfs/merge/numbers.ts";
import type { Reservation } from "../../agentfs/merge/types.ts";

/** Content whose rows are on the remote under a reserved number that no inode has. */
export interface StagedContent {
  readonly ino: bigint;
  readonly rowCount: number;
  readonly sizeBytes: number;
}

/** A large value in `agentfs_sync_stage`. */
export interface StagedValue {
  readonly id: bigint;
  readonly sizeBytes: number;
}

/** What one push has reserved and staged so far. It outlives its plans: one that comes after a race finds most of it done. */
export class Stage {
  readonly id: string;
  readonly ranges: Reservation["ranges"];
  /** By `contentKey`. */
  readonly contents = new Map<string, StagedContent>();
  /** By `valueKey`. */
  readonly values = new Map<string, StagedValue>();
  /** The upper half of the reserved inodes is for content, the lower one for what the merge numbers. */
  readonly #firstStaged: bigint;
  readonly #stagedIno = new Map<bigint, bigint>();
  #nextIno: bigint;

  constructor(id: string, ranges: Reservation["ranges"]) {
    this.id = id;
    this.ranges = ranges;
    this.#firstStaged = ranges.inode.first + (ranges.inode.last - ranges.inode.first) / 2n;
    this.#nextIno = this.#firstStaged;
  }

  /** @throws NumbersUsedUp */
  nextIno(): bigint {
    const { last } = this.ranges.inode;
    if (this.#nextIno > last) throw new NumbersUsedUp(last);
    return this.#nextIno++;
  }

  nextValueId(): bigint {
    return BigInt(this.values.size + 1);
  }

  /** Where the whole content of one of the working copy's files is, or is to be, staged: a new object takes that number as its own. */
  placeOf(localIno: bigint): bigint {
    const known = this.#stagedIno.get(localIno);
    if (known !== undefined) return known;
    const ino = this.nextIno();
    this.#stagedIno.set(localIno, ino);
    return ino;
  }

  /** For the merge. */
  get reservation(): Reservation {
    const { inode, entry, toolCall } = this.ranges;
    return {
      ranges: { inode: { first: inode.first, last: this.#firstStaged - 1n }, entry, toolCall },
      stagedIno: this.#stagedIno,
    };
  }
}
