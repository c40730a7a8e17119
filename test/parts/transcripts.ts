import { readFileSync } from "node:fs";

/** One run of the real `agentfs` 0.6.4 as it was recorded. */
export interface Transcript {
  readonly name: string;
  readonly argv: readonly string[];
  /** Names of the variables that were set. */
  readonly env: readonly string[];
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  /** What was in `.agentfs` afterwards. */
  readonly files: readonly string[];
}

interface Recording {
  readonly version: string;
  readonly runs: readonly Transcript[];
}

const RECORDING = JSON.parse(readFileSync(new URL("../fixtures/agentfs-transcripts.json", import.meta.url), "utf8")) as Recording;

/** All runs, in the order in which they were made: each starts from what those before it left. */
export const TRANSCRIPTS = RECORDING.runs;
export const RECORDED_VERSION = RECORDING.version;

export function transcript(name: string): Transcript {
  const found = TRANSCRIPTS.find((run) => run.name === name);
  if (found === undefined) throw new Error(`No run of the real program is called ${name}`);
  return found;
}
