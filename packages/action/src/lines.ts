import { type AgentReport, type PullReport, type PushReport, sayCounts } from "@agentfs-sync/core";

/** What the log says of one agent: a line for what was done. Errors are annotations of their own. */
export function agentLines({ agent, pull, push, rescue }: AgentReport): readonly string[] {
  const lines = [pullLine(pull), pushLine(push), rescue === null ? "" : `what could not be pushed is kept in ${rescue}`];
  return lines.filter((line) => line !== "").map((line) => `${agent}: ${line}`);
}

function pullLine(pull: PullReport | null): string {
  switch (pull?.outcome) {
    case "pulled":
      return pull.revision === null ? "pulled" : `pulled, revision ${pull.revision}`;
    case "unchanged":
      return "nothing new on the remote";
    case "new":
      return "the remote is empty: a new agent starts here";
    case "skipped":
    case "failed":
    case undefined:
      return "";
  }
}

function pushLine(push: PushReport | null): string {
  switch (push?.outcome) {
    case "pushed":
      return `pushed: ${sayCounts(push)}`;
    case "pushed-unverified":
      return `pushed: ${sayCounts(push)}, but it could not be read back`;
    case "unknown":
      return "sent, but whether it arrived is unknown";
    case "unchanged":
      return "nothing to push";
    case "skipped":
    case "failed":
    case undefined:
      return "";
  }
}
