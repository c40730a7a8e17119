import * as z from "zod/mini";
import { readIfThere, writeJson } from "./files.ts";
import type { AgentPaths } from "./paths.ts";

/**
 * `absent`: nothing was ever pulled here. `pulling`: a pull changes the working copy, or was cut short while it did; nothing may be
 * pushed then. `ready`: the working copy is the job's.
 */
export type Phase = "absent" | "pulling" | "ready";

const schema = z.object({ format: z.literal(1), phase: z.enum(["pulling", "ready"]), runId: z.string() });

export async function readPhase(paths: AgentPaths): Promise<Phase> {
  const text = await readIfThere(paths.state);
  if (text === null) return "absent";
  try {
    return schema.parse(JSON.parse(text.toString("utf8"))).phase;
  } catch {
    // What cannot be read was not finished.
    return "pulling";
  }
}

export async function writePhase(paths: AgentPaths, phase: "pulling" | "ready", runId: string): Promise<void> {
  await writeJson(paths, paths.state, { format: 1, phase, runId });
}
