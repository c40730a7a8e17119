import type { RunReport } from "./types.ts";

/** Words of ours, which say how to read the rest: a secret that is one of them is not one that somebody has written there. */
const OUR_WORDS = [
  "agent",
  "command",
  "outcome",
  "code",
  "kind",
  "ours",
  "theirs",
  "resolution",
  "engine",
  "runId",
  "did",
  "type",
];

/**
 * The report without secrets: what a server echoes, or an agent writes, may be any of them. To be done before it is rendered: escaped, a
 * secret has another spelling.
 * @param redact see `makeRedactor`
 */
export function redactReport<T extends Pick<RunReport, "agents">>(report: T, redact: (text: string) => string): T {
  return JSON.parse(
    JSON.stringify(report, (name, value) => (typeof value === "string" && !OUR_WORDS.includes(name) ? redact(value) : value)),
  ) as T;
}
