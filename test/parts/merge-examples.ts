import type { AgentOp } from "./agent.ts";
import { conflictsOf } from "./case-conflicts.ts";
import type { ConflictCase, MergeCase, RefusedCase } from "./cases/case.ts";
import { CHUNK_SIZES } from "./cases/keys.ts";
import { TABLE_CASES, type TableCase } from "./cases/tables.ts";
import { CONFLICTS, OURS_WINS } from "./conflict-cases.ts";
import { MERGES } from "./merge-cases.ts";
import type { Patch } from "./merge-result.ts";
import { SEED } from "./merge-world.ts";

type AnyCase = MergeCase | ConflictCase | RefusedCase;
const CASES: readonly AnyCase[] = [...MERGES, ...CONFLICTS, ...OURS_WINS, CHUNK_SIZES];

/** The examples of docs/merge.md: of each row whose name begins so the first case in the tables, as Markdown. */
export function exampleLines(rows: string): readonly string[] {
  const byRow = Map.groupBy(
    CASES.filter(({ row }) => row.startsWith(rows)),
    ({ row }) => row,
  );
  const firsts = [...byRow].flatMap(([row, [first]]) => (first === undefined ? [] : [{ row, first }]));
  firsts.sort((a, b) => Number(/\d+$/.exec(a.row)?.[0]) - Number(/\d+$/.exec(b.row)?.[0]));
  return firsts.map(({ row, first }) => `- **${row}**, ${first.name}. ${example(first)}.`);
}

/** The same of tables: `R` or `S`. */
export function tableExampleLines(rows: string): readonly string[] {
  const byRow = Map.groupBy(
    TABLE_CASES.filter(({ row }) => row.startsWith(rows)),
    ({ row }) => row,
  );
  return [...byRow].flatMap(([row, [first]]) =>
    first === undefined ? [] : [`- **${row}**, ${first.name}. ${tableExample(first)}.`],
  );
}

function tableExample({ ours, theirs, outcome }: TableCase): string {
  const list = (statements: readonly string[]) =>
    statements.length === 0 ? "nothing" : statements.map((sql) => code(sql, 200)).join(", ");
  const sides = `Ours: ${list(ours)}; theirs: ${list(theirs)}`;
  if ("code" in outcome) return `${sides}; result: \`${outcome.code}\``;
  const rows = Object.entries(outcome.rows).map(([table, all]) => `${table} ${code(JSON.stringify(all), 200)}`);
  return `${sides}; result: ${[...rows, ...(outcome.file === undefined ? [] : [`ours in ${code(outcome.file, 200)}`])].join(", ")}`;
}

/** How the report shows one of them. */
export function exampleConflict(): string {
  const of = CONFLICTS.find(({ row }) => row === "F3");
  return JSON.stringify(of === undefined ? [] : conflictsOf(of, of.outcomes["keep-both"]), null, 2);
}

function example(of: AnyCase): string {
  if ("one" in of) return `One side: ${did(of.one)}; the other: ${did(of.other)}; result: ${became(of.result)}`;
  const sides = `Ours: ${did(of.ours)}; theirs: ${did(of.theirs)}`;
  if ("code" in of) return `${sides}; result: \`${of.code}\``;
  const { "keep-both": both, ours, theirs } = of.outcomes;
  const others = [ours && `with \`ours\`: ${became(ours.result)}`, theirs && `with \`theirs\`: ${became(theirs.result)}`];
  return [sides, `result: ${became(both.result)}`, ...others.filter((text) => text !== undefined)].join("; ");
}

const seeded = SEED.flatMap((op) => (op.op === "writeFile" ? [op.path] : op.op === "link" ? [op.to] : []));

function did(ops: readonly AgentOp[]): string {
  const known = new Set(seeded);
  return ops
    .map((op) => {
      const step = stepOf(op, known);
      if ("path" in op) known.add(op.path);
      else if (op.op === "rename") known.add(op.to);
      return step;
    })
    .join(", ");
}

function stepOf(op: AgentOp, known: ReadonlySet<string>): string {
  switch (op.op) {
    case "writeFile":
      return `${known.has(op.path) ? "edit" : "make"} ${op.path} → ${code("text" in op ? op.text : op.base64)}`;
    case "mkdir":
      return `make directory ${op.path}`;
    case "rename":
      return `move ${op.from} to ${op.to}`;
    case "unlink":
    case "rm":
    case "rmdir":
      return `delete ${op.path}`;
    case "link":
      return `link ${op.from} as ${op.to}`;
    case "symlink":
      return `make link ${op.path} to ${op.target}`;
    case "chmod":
      return `set ${op.path} to ${op.permissions.toString(8)}`;
    case "chown":
      return `give ${op.path} to user ${op.uid}`;
    case "kvSet":
      return `set key ${op.key} → ${code(JSON.stringify(op.value))}`;
    case "kvDelete":
      return `delete key ${op.key}`;
    case "toolRecord":
      return `call ${op.name}`;
    case "sql":
      return code(inlined(op.sql, op.args ?? []), 200);
    default:
      return op.op;
  }
}

function became({
  files = {},
  directories = {},
  symlinks = {},
  keys = {},
  hardLinks = [],
  calls,
  attributes = {},
  overlay,
}: Patch): string {
  const known = hardLinks.filter((paths) => !paths.every((path) => seeded.includes(path)));
  const parts = [
    ...Object.entries(files).map(([path, text]) => (text === null ? `no ${path}` : `${nameOf(path)} ${code(text)}`)),
    ...(directories.added ?? []).map((path) => `directory ${path}`),
    ...(directories.removed ?? []).map((path) => `no ${path}`),
    ...Object.entries(symlinks).map(([path, target]) => (target === null ? `no ${path}` : `${path} to ${target}`)),
    ...known.map((paths) => `one file: ${paths.join(" and ")}`),
    ...Object.entries(keys).map(([key, value]) =>
      value === null ? `no key ${key}` : `key ${nameOf(key)} ${code(JSON.stringify(value))}`,
    ),
    ...Object.entries(attributes).map(
      ([path, now]) =>
        `${path} with ${Object.entries(now)
          .map((pair) => pair.join(" "))
          .join(", ")}`,
    ),
    ...(calls === undefined ? [] : [`calls ${calls.map((text) => code(text.replace(/ null$/, ""), 60)).join(", ")}`]),
    ...(overlay?.basePath === undefined ? [] : [`base ${overlay.basePath}`]),
  ];
  return parts.join(", ");
}

function inlined(sql: string, args: readonly (string | number | null)[]): string {
  const rest = [...args];
  return sql.replaceAll("?", () => {
    const value = rest.shift();
    return typeof value === "string" ? `'${value}'` : String(value);
  });
}

/** Markdown would take `<push>` for HTML. */
const nameOf = (path: string) => (path.includes("<") ? code(path, 200) : path);

const code = (text: string, longest = 12) => `\`${text.length > longest ? `${text.slice(0, longest - 2)}…` : text}\``;
