import { debug, info, setFailed } from "@actions/core";
import { agentLines, type ErrorReport, makeRedactor, type RunReport, type SyncIo } from "@agentfs-sync/core";

/** How a step speaks: every line without the token, and never one that the runner would take for a command. */
export interface StepConsole extends SyncIo {
  /** Marks the step as failed. */
  readonly fail: (error: Pick<ErrorReport, "message" | "hint">, agent?: string) => void;
  /** Says what was done for each agent, and marks the step as failed by each that failed. */
  readonly tell: (report: RunReport) => void;
}

export function openConsole(authToken: string | null): StepConsole {
  const redact = makeRedactor([authToken]);
  const plain = (text: string) => neutralise(redact(text));
  const fail: StepConsole["fail"] = ({ message, hint }, agent) =>
    setFailed(plain(`${agent === undefined ? "" : `${agent}: `}${message} ${hint}`));
  const say = (line: string) => info(plain(line));
  return {
    info: say,
    verbose: (line) => debug(plain(line)),
    signal: abortOnCancel(),
    fail,
    tell: ({ agents }) => {
      for (const agent of agents) {
        for (const line of agentLines(agent)) say(line);
        if (agent.error !== null) fail(agent.error, agent.agent);
      }
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
