import { type Id, namesByThing, pathsOf, type Row, type State } from "./state.ts";

/** A state as lines of text that can be compared: no numbers but those that have to be as they were. */
export interface Canonical {
  /** Every path with what stands there. */
  readonly paths: readonly string[];
  /** Paths that are one file. */
  readonly sameFile: readonly string[];
  readonly keys: readonly string[];
  readonly settings: readonly string[];
  readonly calls: readonly string[];
  readonly rows: readonly string[];
}

export interface Reading {
  /** Of this push: what it counts its conflict names by is not compared. */
  readonly suffix: string;
  readonly isKnownCall: (id: Id) => boolean;
  readonly isKnownNote: (id: unknown) => boolean;
}

/** The same name for all conflict names of one push: their counters may be given out in any order. */
export function uncounted(text: string, suffix: string): string {
  return text.replaceAll(new RegExp(`(\\.conflict-${suffix})-\\d+`, "g"), "$1");
}

export function canonical(state: State, { suffix, isKnownCall, isKnownNote }: Reading): Canonical {
  const paths = pathsOf(state);
  const shown = (id: Id) => uncounted(paths.get(id) ?? `unreachable ${id}`, suffix);
  const lines = [...state.names].map(([id, { thing }]) => {
    const { kind, permissions, content } = state.things.get(thing) ?? { kind: "nothing", permissions: 0, content: "" };
    return `${shown(id)} ${kind} ${permissions.toString(8)} ${brief(content)}`;
  });
  const groups = [...namesByThing(state).values()].filter((names) => names.length > 1);
  const notes = state.rows["notes"] ?? [];
  return {
    paths: lines.sort(),
    sameFile: groups.map((names) => names.map(shown).sort().join(" ")).sort(),
    keys: [...state.keys].map(([key, value]) => `${uncounted(key, suffix)} ${value}`).sort(),
    settings: [...state.settings].map((pair) => pair.join(" ")).sort(),
    calls: [...state.calls].map(([id, call]) => `${isKnownCall(id) ? id : "new"} ${JSON.stringify(call)}`).sort(),
    rows: Object.entries(state.rows)
      .flatMap(([table, rows]) =>
        rows.map((row) => `${table} ${table === "notes" ? noteLine(row, notes, isKnownNote) : JSON.stringify(row)}`),
      )
      .sort(),
  };
}

/** A note that got a new number is known by what it says, and so is a note that it refers to. */
function noteLine({ id, body, ref }: Row, notes: readonly Row[], isKnown: (id: unknown) => boolean): string {
  const referred = notes.find((note) => note["id"] === ref);
  return `${isKnown(id) ? id : "new"} ${body} -> ${referred === undefined ? ref : referred["body"]}`;
}

/** A file's bytes in a line that a person can read. */
export function brief(content: string): string {
  const start = content.slice(0, 24).split(" ")[0] ?? "";
  const isRepeated = content === `${start} `.repeat(Math.ceil(content.length / (start.length + 1))).slice(0, content.length);
  return `${content.length}:${isRepeated || content.length < 200 ? (isRepeated ? start : JSON.stringify(content)) : digest(content)}`;
}

function digest(content: string): string {
  let hash = 0;
  for (let at = 0; at < content.length; at++) hash = (hash * 31 + content.charCodeAt(at)) | 0;
  return `${JSON.stringify(content.slice(0, 12))}…${(hash >>> 0).toString(16)}`;
}
