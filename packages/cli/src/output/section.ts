import { detectCi } from "../ci/detect.ts";
import type { Context } from "../context.ts";

let sections = 0;

/** What is said meanwhile can be folded away, where the CI's log does that. */
export async function inSection<T>(
  { env, printer }: Pick<Context, "env" | "printer">,
  title: string,
  work: () => Promise<T>,
): Promise<T> {
  const grouping = detectCi(env)?.grouping ?? null;
  if (grouping === null) return work();
  sections += 1;
  // GitLab knows a section by its name in the log of the whole job, and other commands of ours may be in it.
  const id = `agentfs_sync_${process.pid}_${sections}`;
  printer.marker(grouping.start(title, id, new Date()));
  try {
    return await work();
  } finally {
    printer.marker(grouping.end(id, new Date()));
  }
}
