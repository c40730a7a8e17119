import { SyncError } from "../../errors.ts";
import { type IdMap, toRemote } from "../../replica/id-map.ts";
import type { Marks } from "../facts.ts";
import { Groups } from "./groups.ts";
import type { Reservation } from "./types.ts";

/**
 * New numbers start this far above whatever is in use or was once given out: a client that knows nothing of us counts on from the
 * highest number that it has seen, and never comes this far before it sees ours.
 */
export const GAP = 1n << 20n;

/** The highest that SQLite knows. */
const HIGHEST = 2n ** 63n - 1n;

/** What no object, entry or call has on the remote. */
export const NOWHERE = 0n;

const max = (a: bigint, b: bigint) => (a > b ? a : b);
const min = (a: bigint, b: bigint) => (a < b ? a : b);

/** A plan needs more numbers than are reserved: one made after a race may bring back a whole tree that others removed. */
export class NumbersUsedUp extends SyncError {
  constructor(last: bigint) {
    super("internal", `The reserved numbers up to ${last} are used up.`);
  }
}

/** Gives out the remote's numbers of one kind. */
class Sequence {
  lowest: bigint | null = null;
  mark: bigint;
  #next: bigint;
  readonly #last: bigint | null;

  constructor(mark: bigint, highest: bigint, range: Reservation["ranges"]["inode"] | undefined) {
    this.mark = mark;
    this.#next = range?.first ?? max(mark, highest) + GAP;
    this.#last = range?.last ?? null;
  }

  /** @throws NumbersUsedUp, and as `take` does */
  next(): bigint {
    const number = this.#next++;
    if (this.#last !== null && number > this.#last) throw new NumbersUsedUp(this.#last);
    return this.take(number);
  }

  /** Counts a number that was chosen otherwise as given out. @throws SyncError `unsupported-value` if there is none so high */
  take(number: bigint): bigint {
    if (number > HIGHEST) {
      const message = `The remote's numbers are used up: what is new would have ${number}, and SQLite knows none above ${HIGHEST}.`;
      throw new SyncError("unsupported-value", message, {
        hint: "Find what has the highest ino in fs_inode, or id in fs_dentry or tool_calls, on the remote, and write it anew.",
      });
    }
    this.lowest = this.lowest === null ? number : min(this.lowest, number);
    this.mark = max(this.mark, number);
    return number;
  }
}

/** The working copy's numbers in terms of the remote's, before (as of the origin) and after (as of the snapshot). */
export class Numbers {
  readonly inode: Sequence;
  readonly entry: Sequence;
  readonly toolCall: Sequence;
  readonly #before: IdMap;
  readonly #inodes: Map<bigint, bigint>;
  readonly #entries: Map<bigint, bigint>;
  readonly #toolCalls: Map<bigint, bigint>;
  /** By the remote's number: the local ones that were said to stand for it. */
  readonly #standing = new Groups<bigint>();
  #localInodes: ReadonlyMap<bigint, bigint> | null = null;
  /** Staged content whose number no object has taken yet. */
  readonly #staged: Map<bigint, bigint>;

  constructor(before: IdMap, marks: Marks, highest: Marks, reserved: Reservation | null = null) {
    this.inode = new Sequence(marks.inode, highest.inode, reserved?.ranges.inode);
    this.entry = new Sequence(marks.entry, highest.entry, reserved?.ranges.entry);
    this.toolCall = new Sequence(marks.toolCall, highest.toolCall, reserved?.ranges.toolCall);
    this.#before = before;
    this.#inodes = new Map(before.inode);
    this.#entries = new Map(before.entry);
    this.#toolCalls = new Map(before.toolCall);
    this.#staged = new Map(reserved?.stagedIno);
    for (const [local, remote] of this.#inodes) this.#standing.add(remote, local);
  }

  /**
   * The number of a new object with the content of that inode of the working copy: where it is staged, so that the commit has nothing
   * to move. Another object with the same content gets a number of its own.
   */
  inodeFor(local: bigint): bigint {
    const staged = this.#staged.get(local);
    if (staged === undefined) return this.inode.next();
    this.#staged.delete(local);
    return this.inode.take(staged);
  }

  oldInode(local: bigint): bigint {
    return toRemote(this.#before.inode, local);
  }

  /** The working copy's number that stood for this one as of the origin; null if none did. */
  localInode(remote: bigint): bigint | null {
    this.#localInodes ??= new Map([...this.#before.inode].map(([local, there]) => [there, local]));
    return this.#localInodes.get(remote) ?? (this.#before.inode.has(remote) ? null : remote);
  }

  oldEntry(local: bigint): bigint {
    return toRemote(this.#before.entry, local);
  }

  oldToolCall(local: bigint): bigint {
    return toRemote(this.#before.toolCall, local);
  }

  newInode(local: bigint): bigint {
    return toRemote(this.#inodes, local);
  }

  newEntry(local: bigint): bigint {
    return toRemote(this.#entries, local);
  }

  /** Says which of the remote's objects, entries or calls a local one is from now on; null forgets a removed one. */
  setInode(local: bigint, remote: bigint | null): void {
    this.#standing.delete(this.newInode(local), local);
    set(this.#inodes, local, remote);
    if (remote !== null) this.#standing.add(remote, local);
  }

  /** Whether a local number has been said to stand for this object of the remote's. */
  isStoodFor(remote: bigint): boolean {
    return this.#standing.get(remote).length > 0;
  }

  /** Every local number that stood for one remote object stands for another from now on. */
  redirectInode(from: bigint, to: bigint): void {
    for (const local of this.#standing.get(from)) this.setInode(local, to);
  }

  setEntry(local: bigint, remote: bigint | null): void {
    set(this.#entries, local, remote);
  }

  setToolCall(local: bigint, remote: bigint | null): void {
    set(this.#toolCalls, local, remote);
  }

  get map(): IdMap {
    return { ...this.#before, inode: this.#inodes, entry: this.#entries, toolCall: this.#toolCalls };
  }

  get lowest(): { readonly [K in keyof Marks]: bigint | null } {
    return { inode: this.inode.lowest, entry: this.entry.lowest, toolCall: this.toolCall.lowest };
  }

  get marks(): Marks {
    return { inode: this.inode.mark, entry: this.entry.mark, toolCall: this.toolCall.mark };
  }
}

function set(numbers: Map<bigint, bigint>, local: bigint, remote: bigint | null): void {
  if (remote === null || remote === local) numbers.delete(local);
  else numbers.set(local, remote);
}
