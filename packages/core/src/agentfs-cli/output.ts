import * as z from "zod/mini";
import { parseJson } from "./native-stats.ts";

export interface DirectoryEntry {
  /** The letter that the program prints before the name: `f` file, `d` directory, … */
  readonly kind: string;
  readonly name: string;
}

/** `f name` a line; null if it is something else. */
export function readListing(stdout: string): readonly DirectoryEntry[] | null {
  const lines = stdout.split("\n").filter((line) => line !== "");
  const entries = lines.map((line) => /^([a-z?]) (.+)$/s.exec(line));
  return entries.every((entry) => entry !== null) ? entries.map(([, kind = "", name = ""]) => ({ kind, name })) : null;
}

/** A tool call, with all that the program says of it. */
export type TimelineCall = Readonly<Record<string, unknown>>;

const timeline = z.array(z.record(z.string(), z.unknown()));

/** Null if it is no JSON array of objects. */
export function readTimeline(stdout: string): readonly TimelineCall[] | null {
  const parsed = timeline.safeParse(parseJson(stdout));
  return parsed.success ? parsed.data : null;
}
