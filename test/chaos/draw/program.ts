import type { Draw } from "./draw.ts";

/** What a writer does next. `which` picks one of those of its own that it finds, if there are any. */
export type WriteOp =
  | { readonly op: "create"; readonly folder: "" | "/common" | "/own"; readonly sizeBytes: number }
  | { readonly op: "append" | "rewrite"; readonly which: number; readonly sizeBytes: number }
  | { readonly op: "rename" | "delete"; readonly which: number }
  | { readonly op: "key"; readonly sizeBytes: number }
  | { readonly op: "key-change"; readonly which: number; readonly sizeBytes: number }
  | { readonly op: "key-delete"; readonly which: number }
  | { readonly op: "call" }
  /** A file and a key that all jobs write. */
  | { readonly op: "shared-file" | "shared-key" };

/** With its number in the job, from which its name and its unique content are made. */
export type Write = WriteOp & { readonly id: string };

const WEIGHTS = {
  create: 8,
  append: 3,
  rewrite: 2,
  rename: 2,
  delete: 2,
  key: 3,
  "key-change": 2,
  "key-delete": 1,
  call: 4,
  "shared-file": 3,
  "shared-key": 2,
} as const satisfies Record<WriteOp["op"], number>;

const CHUNK_BYTES = 4096;

/** Enough that a push does not go in one request. */
const STAGED_BYTES = 400 * 1024;

export function drawProgram(draw: Draw, job: number, round: number, isLarge: boolean): readonly Write[] {
  const count = draw.int(1, 6);
  const writes = Array.from({ length: count }, (_, index): Write => ({ ...drawOp(draw), id: `j${job}-r${round}-w${index}` }));
  const large: Write = { op: "create", folder: "", sizeBytes: STAGED_BYTES, id: `j${job}-r${round}-w${count}` };
  return isLarge ? [...writes, large] : writes;
}

function drawOp(draw: Draw): WriteOp {
  const op = draw.weighted(WEIGHTS);
  const which = draw.int(0, 9);
  switch (op) {
    case "create":
      return { op, folder: draw.pick(["", "/common", "/own"]), sizeBytes: drawSize(draw) };
    case "append":
    case "rewrite":
      return { op, which, sizeBytes: drawSize(draw) };
    case "key":
      return { op, sizeBytes: drawKeySize(draw) };
    case "key-change":
      return { op, which, sizeBytes: drawKeySize(draw) };
    case "rename":
    case "delete":
    case "key-delete":
      return { op, which };
    default:
      return { op };
  }
}

const drawSize = (draw: Draw): number => (draw.chance(0.7) ? draw.int(30, 300) : draw.int(1, 5) * CHUNK_BYTES + draw.int(-1, 1));

const drawKeySize = (draw: Draw): number => (draw.chance(0.9) ? draw.int(30, 100) : 6000);
