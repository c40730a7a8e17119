import { ONE_FIELD } from "./cases/attributes.ts";
import { CALLS } from "./cases/calls.ts";
import type { ConflictCase } from "./cases/case.ts";
import { DIRECTORIES, MEETINGS } from "./cases/directories.ts";
import { FILES } from "./cases/files.ts";
import { KEYS, OVERLAYS } from "./cases/keys.ts";
import { LINKS } from "./cases/links.ts";
import { MOVES } from "./cases/moves.ts";
import { ODD } from "./cases/odd-files.ts";

/** What two machines do to one thing that is a conflict, and how each policy ends it. */
export const CONFLICTS: readonly ConflictCase[] = [
  ...FILES,
  ...LINKS,
  ...MOVES,
  ...DIRECTORIES,
  ...MEETINGS,
  ...ODD,
  ...KEYS,
  ...CALLS,
];

/** What both sides changed, and ours simply wins: no conflict, and not the same in the other order. */
export const OURS_WINS: readonly ConflictCase[] = [...ONE_FIELD, ...OVERLAYS];
