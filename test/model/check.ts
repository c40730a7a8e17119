import { expect } from "vitest";
import type { Conflict } from "../../packages/core/src/report/types.ts";
import { type Canonical, canonical, uncounted } from "./canonical.ts";
import type { Outcome } from "./oracle/merge.ts";
import type { ExpectedConflict } from "./oracle/notebook.ts";
import { pathsOf, type Row, type State } from "./state.ts";
import { expectedLine, reportedLine } from "./story.ts";
import { TABLES } from "./tables.ts";

/** The remote after a push is what the oracle says: all of it, or, where the page leaves a choice, all but the paths. */
export function checkState(outcome: Outcome, remote: State, suffix: string): void {
  const [expected, actual] = [outcome.state, withoutRowFiles(remote, outcome.kept, suffix)].map((state) =>
    canonical(state, {
      suffix,
      isKnownCall: (id) => !id.startsWith("ours:") && outcome.state.calls.has(id),
      isKnownNote: (id) => typeof id === "number" && (outcome.state.rows["notes"] ?? []).some((row) => row["id"] === id),
    }),
  );
  if (outcome.notes.doubts.size === 0) expect(actual).toEqual(expected);
  else expect(withoutPaths(actual)).toEqual(withoutPaths(expected));
}

const withoutPaths = (state: Canonical | undefined) => ({ ...state, paths: [], sameFile: [] });

/** Takes out the files with rows, which must hold every row that theirs kept out; how they are written is not the oracle's. */
function withoutRowFiles(state: State, kept: ReadonlyMap<string, readonly Row[]>, suffix: string): State {
  const paths = pathsOf(state);
  const names = new Map(state.names);
  for (const [table, rows] of kept) {
    const wanted = `/${table}.conflict-${suffix}.json`;
    const [id] = [...paths].find(([, path]) => path === wanted) ?? [];
    const thing = id === undefined ? undefined : state.names.get(id)?.thing;
    const text = thing === undefined ? null : state.things.get(thing)?.content;
    expect([...paths.values()]).toContain(wanted);
    for (const value of rows.flatMap((row) => Object.values(row))) expect(text).toContain(JSON.stringify(value));
    expect(() => JSON.parse(text ?? "")).not.toThrow();
    if (id !== undefined) names.delete(id);
  }
  return { ...state, names };
}

/** Every conflict is in the report, and nothing else is. Of several conflicts about one path it names one. */
export function checkConflicts(expected: readonly ExpectedConflict[], found: readonly Conflict[], suffix: string): void {
  const isAbout = ({ kind, paths }: ExpectedConflict, conflict: Conflict) =>
    kind === conflict.kind && paths.some((path) => plain(kind, path, suffix) === plain(kind, conflict.path, suffix));
  const isSame = (wanted: ExpectedConflict, conflict: Conflict) =>
    isAbout(wanted, conflict) && wanted.ours.includes(conflict.ours) && wanted.theirs.includes(conflict.theirs);
  const unreported = expected.filter((wanted) => !wanted.optional && !found.some((conflict) => isAbout(wanted, conflict)));
  const withoutReason = found.filter((conflict) => !expected.some((wanted) => isSame(wanted, conflict)));
  expect({ unreported: unreported.map(expectedLine), withoutReason: withoutReason.map(reportedLine) }).toEqual({
    unreported: [],
    withoutReason: [],
  });
}

/** A call is told by its name, which no two calls share here: its number is the working copy's, which may be another one by now. */
function plain(kind: ExpectedConflict["kind"], path: string, suffix: string): string {
  return kind === "tool-call" ? path.replace(/ \(\d+\)$/, "") : uncounted(path, suffix);
}

/** What must hold also where the page leaves a choice: nothing that a side wrote is lost, and nothing is there twice. */
export function checkNothingLost(
  origin: State,
  ours: State,
  theirs: State,
  remote: State,
  gaveUp: "ours" | "theirs" | "neither",
): void {
  const [before, mine, other, after] = [origin, ours, theirs, remote].map(countContents);
  if (before === undefined || mine === undefined || other === undefined || after === undefined) throw new Error("four states");
  for (const [side, counts] of [
    ["ours", mine],
    ["theirs", other],
  ] as const) {
    const written = [...counts.keys()].filter((content) => !before.has(content));
    const lost = written.filter((content) => !after.has(content));
    if (gaveUp !== side) expect({ side, lost }).toEqual({ side, lost: [] });
  }
  const wrote = (content: string) => [before, mine, other].reduce((sum, counts) => sum + (counts.get(content) ?? 0), 0);
  const rowFiles = contentsOfRowFiles(remote);
  const doubled = [...after].filter(([content, count]) => wrote(content) > 0 && count > wrote(content) && !rowFiles.has(content));
  expect(doubled).toEqual([]);
}

/** A conflict's file of rows is nobody's; two of them may hold the same row. */
function contentsOfRowFiles(state: State): ReadonlySet<string> {
  const isRowFile = (path: string) => TABLES.some(({ name }) => path.startsWith(`/${name}.conflict-`));
  const names = [...pathsOf(state)].flatMap(([id, path]) => (isRowFile(path) ? [state.names.get(id)] : []));
  return new Set(names.flatMap((name) => state.things.get(name?.thing ?? "")?.content ?? []));
}

/** How many files have each content; small ones may be alike by chance. */
function countContents({ things }: State): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { kind, content } of things.values())
    if (kind === "file" && content.length >= 30) counts.set(content, (counts.get(content) ?? 0) + 1);
  return counts;
}
