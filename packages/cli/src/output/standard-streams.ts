import type { Streams } from "./printer.ts";

/** The process's own streams, and what they are. */
export interface StandardStreams extends Streams {
  readonly isTerminal: { readonly out: boolean; readonly err: boolean };
}

export function standardStreams(): StandardStreams {
  // When the reader has gone (`| head`, a closed terminal) there is nobody left to tell, and the push must still happen:
  // the exit code says the rest. Without a listener Node would end the process here.
  process.stdout.on("error", () => undefined);
  process.stderr.on("error", () => undefined);
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    isTerminal: { out: process.stdout.isTTY === true, err: process.stderr.isTTY === true },
  };
}
