import type { Outcome } from "./oracle/merge.ts";
import type { Labels } from "./read-state.ts";
import { type Id, namesByThing, pathsOf, type State } from "./state.ts";

/** What the remote calls the things of a snapshot after its push: they are found where the oracle says that they are. */
export function nextLabels(before: Labels, snapshot: State, outcome: Outcome, remote: State): Labels {
  const [expected, actual] = [pathsOf(outcome.state), pathsOf(remote)];
  const byPath = new Map([...actual].map(([id, path]) => [path, id]));
  const byThing = namesByThing(outcome.state);
  const nameAt = (name: Id | undefined) => byPath.get((name === undefined ? undefined : expected.get(name)) ?? "");
  const known = (ids: Iterable<Id>, find: (id: Id) => Id | undefined, old: ReadonlyMap<Id, Id>) =>
    new Map([...ids].map((id) => [id, find(id) ?? old.get(id) ?? id] as const));
  return {
    name: known(snapshot.names.keys(), (id) => nameAt(outcome.name(id)), before.name),
    thing: known(
      snapshot.things.keys(),
      (id) => {
        const name = nameAt(byThing.get(outcome.thing(id))?.[0]);
        return name === undefined ? undefined : remote.names.get(name)?.thing;
      },
      before.thing,
    ),
    call: known(snapshot.calls.keys(), (id) => callOf(outcome, remote, id), before.call),
    row: new Map((snapshot.rows["notes"] ?? []).map((row) => [Number(row["id"]), noteOf(outcome, remote, before, row)])),
  };
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
