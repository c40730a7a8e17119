import type { Id, Name } from "../state.ts";
import type { Draft } from "./draft.ts";

/** Two names in one place: one of them gets the conflict name, or, of two new files, the policy says which content stays. */
export function separate(draft: Draft): void {
  for (const same of Map.groupBy([...draft.names], ([, { parent, name }]) => JSON.stringify([parent, name])).values()) {
    if (same.length === 1) continue;
    const our = same.find(([id]) => draft.fromOurs.has(id));
    const their = same.find(([id]) => !draft.fromOurs.has(id));
    if (same.length > 2 || our === undefined || their === undefined)
      throw new Error(`one place, but not two sides: ${JSON.stringify(same)}`);
    // A link that ours made to where theirs moved the same thing.
    if (our[1].thing === their[1].thing) draft.names.delete(our[0]);
    else separatePair(draft, our, their);
  }
  // Names that are free only now are known only now.
  for (const { thing, of } of draft.copies) {
    const beside = [...draft.names].filter(([, name]) => name.thing === of).sort(([a], [b]) => a.localeCompare(b));
    const [, first] = beside[0] ?? [];
    if (first === undefined) throw new Error(`${of} has no name`);
    if (beside.length > 1) draft.notes.doubt("ours beside the first of several names");
    giveWay(draft, [thing, { ...first, thing }]);
  }
}

type Placed = readonly [id: Id, name: Name];

function separatePair(draft: Draft, our: Placed, their: Placed): void {
  const [mine, other] = [kindOf(draft, our), kindOf(draft, their)];
  const isDirectory = { ours: mine === "directory", theirs: other === "directory" };
  const did = ["created", "moved", "changed", "removed"] as const;
  const about = { names: [our[0], their[0]] };
  const isMade = !draft.base.names.has(our[0]) && !draft.base.names.has(their[0]);
  if (isMade && !isDirectory.ours && !isDirectory.theirs) {
    draft.conflict("F14", about, ["created"], ["created"]);
    if (draft.policy === "ours" || draft.policy === "theirs") choose(draft, our, their);
    else giveWay(draft, our);
    return;
  }
  draft.conflict(isDirectory.ours !== isDirectory.theirs ? "F16" : "F15", about, did, did);
  giveWay(draft, isDirectory.ours && !isDirectory.theirs ? their : our);
}

const kindOf = (draft: Draft, [, { thing }]: Placed) => draft.things.get(thing)?.kind;

function choose(draft: Draft, our: Placed, their: Placed): void {
  const loser = draft.policy === "ours" ? their : our;
  const names = [...draft.names.values()].filter((name) => name.thing === loser[1].thing);
  if (names.length > 1) draft.notes.doubt("a new file of several names under a policy that chooses one");
  draft.names.delete(loser[0]);
}

function giveWay(draft: Draft, [id, placed]: Placed): void {
  const isDirectory = kindOf(draft, [id, placed]) === "directory";
  draft.names.set(id, { ...placed, name: freeName(draft, placed.parent, placed.name, isDirectory) });
}

function freeName(draft: Draft, parent: Id, name: string, isDirectory: boolean): string {
  const taken = new Set([...draft.names.values()].flatMap((entry) => (entry.parent === parent ? [entry.name] : [])));
  for (let count = 1; ; count++) {
    const free = conflictName(name, draft.suffix, isDirectory, count);
    if (!taken.has(free)) return free;
  }
}

/** `a.txt` → `a.conflict-0123abcd.txt`, `a.conflict-0123abcd-2.txt`. A directory's name has no extension. */
function conflictName(name: string, suffix: string, isDirectory: boolean, count: number): string {
  const dot = name.lastIndexOf(".");
  const [stem, extension] = dot > 0 && !isDirectory ? [name.slice(0, dot), name.slice(dot)] : [name, ""];
  return `${stem}.conflict-${suffix}${count === 1 ? "" : `-${count}`}${extension}`;
}
