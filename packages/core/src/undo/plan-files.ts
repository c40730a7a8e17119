import { constants, copyFileSync } from "node:fs";
import { join } from "node:path";
import type { Changeset } from "../agentfs/changeset.ts";
import { contentsIn } from "../agentfs/content.ts";
import type { Plan } from "../agentfs/merge/types.ts";
import type { Database } from "../replica/sqlite.ts";
import { applyPlan, type NewContent } from "./apply.ts";
import { addContent, extractTouched } from "./extract.ts";
import { replacedBy, touchedBy } from "./touched.ts";

/** What a plan does to the remote: the rows that it touches, in two files of their own. */
export interface PlanFiles {
  readonly beforePath: string;
  readonly afterPath: string;
}

/**
 * Writes both into a folder. `source` has the origin as `main` and the snapshot as `ours`.
 * @param base the remote before it
 * @param oldBytes how much content the remote has of what is touched; need not be known
 */
export function writePlanFiles(
  folder: string,
  plan: Plan,
  base: { readonly path: string; readonly facts: { readonly uuid: string | null } },
  source: Database,
  content: NewContent,
  changeset: Pick<Changeset, "objects">,
  oldBytes = 0,
): PlanFiles {
  const [beforePath, afterPath] = [join(folder, "before.db"), join(folder, "after.db")];
  const touched = touchedBy(plan);
  // What the plan takes away is not copied to where it is to be taken away.
  const replaced = content === "hash" ? replacedBy(plan) : new Set<bigint>();
  const contentInos = new Set([...touched.contentInos].filter((ino) => !replaced.has(ino)));
  extractTouched(base.path, beforePath, plan, { ...touched, contentInos }, base.facts.uuid, oldBytes);
  copyFileSync(beforePath, afterPath, constants.COPYFILE_FICLONE);
  applyPlan(afterPath, plan, source, content, contentsIn(changeset, "after"));
  addContent(base.path, beforePath, replaced);
  return { beforePath, afterPath };
}
