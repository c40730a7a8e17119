import { isDeepStrictEqual } from "node:util";
import type { Outcome } from "./oracle/merge.ts";
import type { Labels } from "./read-state.ts";
import { type Id, namesByThing, pathsOf, type State } from "./state.ts";

/** The states around a push. */
interface Around {
  readonly origin: State;
  readonly snapshot: State;
  /** The remote before the push. */
  readonly theirs: State;
  readonly remote: State;
}

/**
 * What the remote calls the things of a snapshot after its push: they are found where the oracle says that they are. What the job has
 * not touched keeps its label, unless this push has made it anew: that theirs has saved it anew, a push that does not look does not learn.
 */
export function nextLabels(before: Labels, { origin, snapshot, theirs, remote }: Around, outcome: Outcome): Labels {
  const [expected, actual] = [pathsOf(outcome.state), pathsOf(remote)];
  const byPath = new Map([...actual].map(([id, path]) => [path, id]));
  const byThing = namesByThing(outcome.state);
  const nameAt = (name: Id | undefined) => byPath.get((name === undefined ? undefined : expected.get(name)) ?? "");
  const isTouched = touchedThings(origin, snapshot);
  const here = pathsOf(snapshot);
  const known = (
    ids: Iterable<Id>,
    find: (id: Id) => Id | undefined,
    old: ReadonlyMap<Id, Id>,
    isNews: (id: Id, found: Id) => boolean = () => true,
  ) =>
    new Map(
      [...ids].map((id) => {
        const found = find(id);
        return [id, found !== undefined && isNews(id, found) ? found : (old.get(id) ?? id)] as const;
      }),
    );
  const thing = known(
    snapshot.things.keys(),
    (id) => {
      const name = nameAt(byThing.get(outcome.thing(id))?.[0]);
      return name === undefined ? undefined : remote.names.get(name)?.thing;
    },
    before.thing,
    (id, found) => isTouched(id) || !theirs.things.has(found),
  );
  // A link or a move to where the others had another name of the same file has become that one.
  const joined = (id: Id) => {
    const [now, found] = [snapshot.names.get(id), byPath.get(here.get(id) ?? "")];
    if (now === undefined || found === undefined || isDeepStrictEqual(origin.names.get(id), now)) return undefined;
    return remote.names.get(found)?.thing === thing.get(now.thing) ? found : undefined;
  };
  return {
    name: known(
      snapshot.names.keys(),
      (id) => nameAt(outcome.name(id)) ?? joined(id),
      before.name,
      (id, found) => isTouched(snapshot.names.get(id)?.thing ?? "") || !theirs.names.has(found),
    ),
    thing,
    call: known(snapshot.calls.keys(), (id) => callOf(outcome, remote, id), before.call),
    row: new Map((snapshot.rows["notes"] ?? []).map((row) => [Number(row["id"]), noteOf(outcome, remote, before, row)])),
  };
}

/** Things whose content, permissions or names the job changed. */
function touchedThings(origin: State, snapshot: State): (thing: Id) => boolean {
  const [before, after] = [namesByThing(origin), namesByThing(snapshot)];
  const look = (state: State, names: readonly Id[] = [], thing: Id) => [
    state.things.get(thing),
    names.map((id) => [id, state.names.get(id)]),
  ];
  return (thing) => !isDeepStrictEqual(look(origin, before.get(thing), thing), look(snapshot, after.get(thing), thing));
}

function callOf(outcome: Outcome, remote: State, id: Id): Id | undefined {
  const label = outcome.call(id);
  if (!label.startsWith("ours:")) return label;
  const wanted = JSON.stringify(outcome.state.calls.get(label));
  return [...remote.calls].find(([, call]) => JSON.stringify(call) === wanted)?.[0];
}

/** A note that got a new number is known by what it says. */
function noteOf(outcome: Outcome, remote: State, before: Labels, row: State["rows"][string][number]): number {
  const id = before.row.get(Number(row["id"])) ?? Number(row["id"]);
  const isRenumbered = (outcome.state.rows["notes"] ?? []).some((note) => note["id"] === `new:${id}`);
  const found = isRenumbered ? (remote.rows["notes"] ?? []).find(({ body }) => body === row["body"]) : undefined;
  return found === undefined ? id : Number(found["id"]);
}
