import { type BTreePage, Doubt } from "./page.ts";
import type { Pages } from "./pages.ts";

/** Between which row numbers those of a page lie; null: no bound. */
interface Bounds {
  readonly above: bigint | null;
  readonly upTo: bigint | null;
}

export const UNBOUNDED: Bounds = { above: null, upTo: null };

/** A page, known from the one above it. */
export interface Child extends Bounds {
  readonly number: number;
}

/** Where the pages of one B-tree are. */
export interface Tree {
  readonly isTable: boolean;
  readonly inner: ReadonlySet<number>;
  /** Its leaves, which are not read, those together that are below one inner page. Two states that have this page have one list. */
  readonly leaves: readonly (readonly Child[])[];
}

const MOST_LEVELS = 20;

/** Follows a tree, by the number that it is given, down to its leaves, and marks its pages as used. */
export function walkTree(pages: Pages, root: number, isTable: boolean, tree: number): Tree {
  const inner = new Set<number>();
  const leaves: (readonly Child[])[] = [];
  const leave = (children: readonly Child[]): void => {
    for (const child of children) pages.use(child.number, tree);
    leaves.push(children);
  };
  const down = (number: number, bounds: Bounds, level: number): void => {
    pages.use(number);
    const page = pages.keep(number);
    if (page.isLeaf || page.isTable !== isTable || level > MOST_LEVELS) throw new Doubt(`page ${number} is of another kind`);
    // Only where the database's header takes the room for one.
    if (page.cells.length === 0 && number !== 1) throw new Doubt(`page ${number} is empty`);
    inner.add(number);
    const children = childrenOf(page, bounds);
    const [first] = children;
    if (first === undefined) throw new Doubt(`page ${number} has no children`);
    // All leaves of a tree are at one depth.
    if (pages.keep(first.number).isLeaf) leave(children);
    else for (const child of children) down(child.number, child, level + 1);
  };
  const { isTable: isOfTable, isLeaf } = pages.keep(root);
  if (isOfTable !== isTable) throw new Doubt(`page ${root} is of another kind`);
  if (isLeaf) leave([{ number: root, ...UNBOUNDED }]);
  else down(root, UNBOUNDED, 0);
  return { isTable, inner, leaves };
}

/** Of pages that are kept: most of them are in both states, in the same place. */
const childrenKept = new WeakMap<BTreePage, Bounds & { readonly children: readonly Child[] }>();

function childrenOf(page: BTreePage, { above, upTo }: Bounds): readonly Child[] {
  const kept = childrenKept.get(page);
  if (kept !== undefined && kept.above === above && kept.upTo === upTo) return kept.children;
  const children: Child[] = [];
  let lower = above;
  for (const { child, rowid } of page.cells) {
    if (child === null) throw new Doubt("an inner page without a child");
    children.push({ number: child, above: lower, upTo: rowid });
    lower = rowid;
  }
  if (page.rightmost !== null) children.push({ number: page.rightmost, above: lower, upTo });
  childrenKept.set(page, { above, upTo, children });
  return children;
}

/** The row numbers of a table's leaf rise, and are those that the pages above it say. */
export function checkOrder(rowids: readonly (bigint | null)[], { above, upTo }: Bounds): void {
  let last = above;
  for (const rowid of rowids) {
    if (rowid === null || (last !== null && rowid <= last)) throw new Doubt("rows out of order");
    last = rowid;
  }
  if (last !== null && upTo !== null && last > upTo) throw new Doubt("rows out of order");
}
