import { rm } from "node:fs/promises";
import * as z from "zod/mini";
import { readIfThere, writeJson } from "./files.ts";
import type { AgentPaths } from "./paths.ts";

const schema = z.object({ format: z.literal(1), id: z.string() });

/** Kept before the request that makes it is sent: what a push that is killed has staged can be given back at once by the next one. */
export async function writeReservation(paths: AgentPaths, id: string): Promise<void> {
  await writeJson(paths, paths.reservation, { format: 1, id });
}

/** The id of a reservation of ours that may still be there, or null. */
export async function readReservation(paths: AgentPaths): Promise<string | null> {
  const text = await readIfThere(paths.reservation);
  if (text === null) return null;
  try {
    return schema.parse(JSON.parse(text.toString("utf8"))).id;
  } catch {
    // Damaged is as good as unknown: its lease runs out, and then any push clears it away.
    return null;
  }
}

export async function forgetReservation(paths: AgentPaths): Promise<void> {
  await rm(paths.reservation, { force: true });
}
