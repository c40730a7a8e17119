import { debug, endGroup, info, setFailed, startGroup, warning } from "@actions/core";
import {
  agentLines,
  type ErrorReport,
  makeRedactor,
  type RunReport,
  redactReport,
  type SyncIo,
  showUnseen,
} from "@agentfs-sync/core";
import type { Secrets } from "./token.ts";

/** How a step speaks: every line without the secrets, and never one that the runner would take for a command. */
export interface StepConsole extends SyncIo {
  readonly signal: AbortSignal;
  readonly warn: (line: string) => void;
  /** Marks the step as failed. */
  readonly fail: (error: Pick<ErrorReport, "message" | "hint">, agent?: string) => void;
  /** Says what was done for each agent; an agent that failed marks the step as failed, or is only shown as a warning. */
  readonly tell: (report: RunReport, failures: "fail" | "warn") => void;
  /** The report without secrets that only we know: what a server echoes may be any of them. */
  readonly clean: (report: RunReport) => RunReport;
  /** What is said meanwhile can be folded away in the log. */
  readonly group: <T>(title: string, work: () => Promise<T>) => Promise<T>;
}

export function openConsole({ authToken, cacheSecret }: Secrets): StepConsole {
  const redact = makeRedactor([authToken, cacheSecret]);
  const plain = (text: string) => neutralise(showUnseen(redact(text)));
  const named = ({ message, hint }: Pick<ErrorReport, "message" | "hint">, agent?: string) =>
    plain(`${agent === undefined ? "" : `${agent}: `}${message} ${hint}`);
  const fail: StepConsole["fail"] = (error, agent) => setFailed(named(error, agent));
  const say = (line: string) => info(plain(line));
  return {
    info: say,
    verbose: (line) => debug(plain(line)),
    warn: (line) => warning(plain(line)),
    signal: abortOnCancel(),
    fail,
    tell: ({ agents }, failures) => {
      for (const agent of agents) {
        for (const line of agentLines(agent)) say(line);
        if (agent.error === null) continue;
        if (failures === "fail") fail(agent.error, agent.agent);
        else warning(named(agent.error, agent.agent));
      }
    },
    clean: (report) => redactReport(report, redact),
    group: async (title, work) => {
      startGroup(plain(title));
      try {
        return await work();
      } finally {
        endGroup();
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
