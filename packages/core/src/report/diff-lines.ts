import { sizeText } from "./size.ts";
import type { DiffReport, FileDiff, FileState, RowDiff } from "./types.ts";

const HEAD: Readonly<Record<DiffReport["workingCopy"], string | null>> = {
  absent: "no working copy yet",
  clean: "nothing to push",
  changed: null,
  "without-origin": "the working copy was not made by a pull: all that is in it is new",
};

const LONGEST_VALUE_CHARS = 60;

/** What a person wants to read of a diff, a line each; those of a text diff stand alone, as in any diff. */
export function diffLines(agent: string, { workingCopy, files, keys, toolCalls, rows, schema }: DiffReport): readonly string[] {
  const head = HEAD[workingCopy];
  const own = (line: string) => `${agent}: ${line}`;
  const things = [
    ...keys.map(({ did, key, before, after }) => `${did} key ${key}: ${between(before && short(before), after && short(after))}`),
    ...toolCalls.map(({ did, id, name, before, after }) => `${did} tool call ${id} ${name}: ${between(before, after)}`),
    ...schema.map(({ did, type, name }) => `${did} ${type} ${name}`),
    ...rows.map(rowLine),
  ];
  const isNothing = workingCopy === "changed" && files.length + things.length === 0;
  return [
    ...(head === null ? [] : [own(head)]),
    ...(isNothing ? [own("nothing but times and link counts")] : []),
    ...files.flatMap((file) => [own(fileLine(file)), ...patchLines(file.text)]),
    ...things.map(own),
  ];
}

/** A row without a key is its own key: its values are not said twice. */
function rowLine({ did, table, key, before, after }: RowDiff): string {
  const isWhole = key === (after ?? before);
  const values = isWhole ? "" : `: ${between(before && short(before), after && short(after))}`;
  return `${did} row of ${table}${isWhole ? ": " : " "}${short(key)}${values}`;
}

function fileLine({ did, path, from, kind, before, after }: FileDiff): string {
  const what = kind === "file" ? "" : ` ${kind === "other" ? "special file" : kind}`;
  const where = from === null ? path : `${from} -> ${path}`;
  const notes = [
    ...(kind === "file" ? [between(before && sizeText(before.sizeBytes), after && sizeText(after.sizeBytes))] : []),
    ...modes(before, after),
  ];
  return `${did}${what} ${where}${notes.length === 0 ? "" : ` (${notes.join("; ")})`}`;
}

const modes = (before: FileState | null, after: FileState | null): readonly string[] =>
  before === null || after === null || before.mode === after.mode ? [] : [`mode ${before.mode} -> ${after.mode}`];

function between(before: string | null, after: string | null): string {
  if (before === after || before === null || after === null) return after ?? before ?? "";
  return `${before} -> ${after}`;
}

const short = (value: string): string =>
  value.length <= LONGEST_VALUE_CHARS ? value : `${value.slice(0, LONGEST_VALUE_CHARS)}… (${value.length} characters)`;

const patchLines = (text: string | null): readonly string[] => (text === null ? [] : text.replace(/\n$/, "").split(/\r?\n/));
