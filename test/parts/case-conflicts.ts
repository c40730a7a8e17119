import type { Conflict } from "../../packages/core/src/index.ts";
import type { ConflictCase, Outcome } from "./cases/case.ts";

/** The conflicts that a report must have of a case, in full; `fail` where no outcome is given. */
export function conflictsOf({ found }: Pick<ConflictCase, "found">, outcome?: Outcome): readonly Conflict[] {
  return found.map(([path, ours, theirs, kind = "file"], index) => {
    const [resolution, oursAt, theirsAt] = outcome?.endings[index] ?? (["fail", null, null] as const);
    return { kind, path, ours, theirs, resolution, oursAt, theirsAt };
  });
}

/** A report's conflicts with `<push>`, `<id>` and `<new>` in place of this push's digits and of ids of tool calls. */
export function named(conflicts: readonly Conflict[], suffix: string): readonly Conflict[] {
  return withoutPush(conflicts, suffix).map((conflict) => {
    if (conflict.kind !== "tool-call") return conflict;
    const id = /\(\d+\)$/.exec(conflict.path)?.[0] ?? "";
    const place = (at: string | null) => at?.replace(id, "(<id>)").replace(/\(\d+\)$/, "(<new>)") ?? null;
    return {
      ...conflict,
      path: conflict.path.replace(id, "(<id>)"),
      oursAt: place(conflict.oursAt),
      theirsAt: place(conflict.theirsAt),
    };
  });
}

/** Any JSON value with `<push>` in place of this push's digits. */
export function withoutPush<T>(value: T, suffix: string): T {
  return JSON.parse(JSON.stringify(value).replaceAll(`.conflict-${suffix}`, ".conflict-<push>")) as T;
}
