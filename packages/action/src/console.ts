import { debug, info, setFailed } from "@actions/core";
import { type ErrorReport, makeRedactor, type RunReport, type SyncIo } from "@agentfs-sync/core";

/** How a step speaks: every line without the token, and never one that the runner would take for a command. */
export interface StepConsole extends SyncIo {
  /** Marks the step as failed. */
  readonly fail: (error: Pick<ErrorReport, "message" | "hint">, agent?: string) => void;
  /** Marks the step as failed by each agent that did. */
  readonly failBy: (report: RunReport) => void;
}

export function openConsole(authToken: string | null): StepConsole {
  const redact = makeRedactor([authToken]);
  const plain = (text: string) => neutralise(redact(text));
  const fail: StepConsole["fail"] = ({ message, hint }, agent) =>
    setFailed(plain(`${agent === undefined ? "" : `${agent}: `}${message} ${hint}`));
  return {
    info: (line) => info(plain(line)),
    verbose: (line) => debug(plain(line)),
    signal: abortOnCancel(),
    fail,
    failBy: ({ agents }) => {
      for (const { agent, error } of agents) if (error !== null) fail(error, agent);
    },
  };
}

/** Takes the meaning from `::command::` at the start of a line and from `##[command]` anywhere, which runners act on. */
export function neutralise(text: string): string {
  return text.replace(/^(\s*):(?=:)/gm, "$1: ").replaceAll("##[", "## [");
}

/** GitHub cancels a step by SIGINT, then by SIGTERM 7.5 s later, then kills it. */
function abortOnCancel(): AbortSignal {
  const controller = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => controller.abort(new Error(`stopped by ${name}`)));
  return controller.signal;
}
