import { type IdMap, toRemote } from "../../replica/id-map.ts";
import type { Marks } from "../facts.ts";

/**
 * New numbers start this far above whatever is in use or was once given out: a client that knows nothing of us counts on from the
 * highest number that it has seen, and never comes this far before it sees ours.
 */
const GAP = 1n << 20n;

/** What no object, entry or call has on the remote. */
export const NOWHERE = 0n;

const max = (a: bigint, b: bigint) => (a > b ? a : b);

/** Gives out the remote's numbers of one kind. */
class Sequence {
  lowest: bigint | null = null;
  mark: bigint;
  #next: bigint;

  constructor(mark: bigint, highest: bigint) {
    this.mark = mark;
    this.#next = max(mark, highest) + GAP;
  }

  next(): bigint {
    const number = this.#next++;
    this.lowest ??= number;
    this.mark = number;
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
  #localInodes: ReadonlyMap<bigint, bigint> | null = null;

  constructor(before: IdMap, marks: Marks, highest: Marks) {
    this.inode = new Sequence(marks.inode, highest.inode);
    this.entry = new Sequence(marks.entry, highest.entry);
    this.toolCall = new Sequence(marks.toolCall, highest.toolCall);
    this.#before = before;
    this.#inodes = new Map(before.inode);
    this.#entries = new Map(before.entry);
    this.#toolCalls = new Map(before.toolCall);
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
    set(this.#inodes, local, remote);
  }

  /** Every local number that stood for one remote object stands for another from now on. */
  redirectInode(from: bigint, to: bigint): void {
    for (const [local, remote] of [...this.#inodes]) if (remote === from) this.setInode(local, to);
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
