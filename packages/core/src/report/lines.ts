import { bundleLines } from "./bundle-lines.ts";
import { diffLines } from "./diff-lines.ts";
import { sizeText } from "./size.ts";
import { NO_CHANGES } from "./skipped.ts";
import type {
  AgentReport,
  ChangeCounts,
  Checkpointed,
  Conflict,
  Finding,
  PullReport,
  PushReport,
  StatsReport,
  StatusReport,
  TotalSynced,
} from "./types.ts";
import { sayCounts } from "./words.ts";

/** What a person wants to read about one agent, a line each; errors are printed apart. */
export function agentLines(report: AgentReport): readonly string[] {
  const lines = [
    ...(report.push === null ? [] : pushLines(report.push, report.engine)),
    ...(report.pull === null ? [] : pullLines(report.pull)),
    ...(report.status === undefined ? [] : statusLines(report.status)),
    ...(report.stats === undefined ? [] : statsLines(report.stats)),
    ...(report.checkpoint === undefined ? [] : [checkpointLine(report.checkpoint)]),
    ...(report.findings === undefined ? [] : findingLines(report.findings, report.ok)),
    ...report.conflicts.map(conflictLine),
    ...(report.rescue === null
      ? []
      : [`what could not be pushed is kept in ${report.rescue} (see \`agentfs-sync rescue --help\`)`]),
    ...(report.bundles === undefined ? [] : bundleLines(report.bundles)),
  ];
  const named = lines.map((line) => `${report.agent}: ${line}`);
  return report.diff === undefined ? named : [...named, ...diffLines(report.agent, report.diff)];
}

function pullLines({ outcome, bytesReceived, revision }: PullReport): readonly string[] {
  switch (outcome) {
    case "pulled": {
      // Engine `agentfs` does not count.
      const size = bytesReceived === 0 ? [] : [`${sizeText(bytesReceived)} received`];
      const facts = [...size, ...(revision === null ? [] : [`revision ${revision}`])];
      return [`pulled${facts.length === 0 ? "" : ` (${facts.join(", ")})`}`];
    }
    case "unchanged":
      return ["nothing new on the remote"];
    case "new":
      return ["the remote is empty: a new agent starts here"];
    // Why is said where it was decided; a failure has its own block.
    case "skipped":
    case "failed":
      return [];
  }
}

function pushLines(push: PushReport, engine: AgentReport["engine"]): readonly string[] {
  const where = push.sequence === null ? "" : ` (push ${push.sequence}, ${sizeText(push.bytesSent)} sent)`;
  const what = engine === undefined ? `: ${sayCounts(push)}${where}` : " by `agentfs sync`, which does not say what";
  switch (push.outcome) {
    case "pushed":
      return [`pushed${what}`];
    case "pushed-unverified":
      return [`pushed${what}, but it could not be read back`];
    case "unknown":
      return ["sent, but whether it arrived is unknown; the next command finds out"];
    case "unchanged":
      return ["nothing to push"];
    case "skipped":
    case "failed":
      return [];
  }
}

const WORKING_COPY: Readonly<Record<StatusReport["workingCopy"], string>> = {
  absent: "no working copy yet",
  clean: "nothing to push",
  changed: "changed since the last pull",
  "without-origin": "the working copy was not made by a pull",
  unreadable: "the working copy cannot be read",
};

function statusLines(status: StatusReport): readonly string[] {
  const { workingCopy, changes, pulledAt, revision, pending } = status;
  const counts = workingCopy === "changed" && changes !== null ? `: ${sayCounts(changes)}` : "";
  const since =
    pulledAt === null ? "nothing pulled yet" : `pulled ${pulledAt}${revision === null ? "" : `, revision ${revision}`}`;
  return [
    `${WORKING_COPY[workingCopy]}${counts} (${since}; ${status.remoteUrl})`,
    ...pending.map(
      (pushId) => `kept in .agentfs/.sync: push ${pushId}, not settled or set aside (see \`agentfs-sync rescue list\`)`,
    ),
  ];
}

function statsLines({
  sizes,
  totalSynced,
  pendingChanges,
  pendingOperations,
  lastPullAt,
  lastPushAt,
  remoteUrl,
}: StatsReport): readonly string[] {
  const { databaseBytes, walBytes, syncBytes } = sizes;
  const at = (time: string | null) => time ?? "never";
  return [
    `last pull ${at(lastPullAt)}, newest push known here ${at(lastPushAt)} (${remoteUrl})`,
    ...(totalSynced === null ? [] : [totalLine(totalSynced)]),
    pendingOperations === null ? waiting(pendingChanges) : `to push: ${pendingOperations} rows`,
    `${sizeText(databaseBytes)} database, ${sizeText(walBytes)} WAL, ${sizeText(syncBytes)} kept to sync by`,
  ];
}

function totalLine(total: TotalSynced): string {
  if (total.pushes === 0) return "no push on the remote yet";
  const pushes = `${total.pushes} push${total.pushes === 1 ? "" : "es"} on the remote`;
  const counted = total.countedPushes === total.pushes ? "" : ` (the newest ${total.countedPushes} counted)`;
  return `${pushes}${counted}: ${sayCounts(total)}`;
}

function waiting(changes: ChangeCounts | null): string {
  if (changes === null) return "nothing here that could be pushed";
  return `to push: ${JSON.stringify(changes) === JSON.stringify(NO_CHANGES) ? "nothing" : sayCounts(changes)}`;
}

function checkpointLine({ walBytesBefore, walBytesAfter }: Checkpointed): string {
  if (walBytesBefore === 0) return "there was nothing to move into the database file";
  return `moved ${sizeText(walBytesBefore - walBytesAfter)} of WAL into the database file`;
}

function findingLines(findings: readonly Finding[], isConsistent: boolean): readonly string[] {
  const lines = findings.map(({ rule, path, what }) => `${path}: ${what} (${rule})`);
  return isConsistent ? [...lines, "consistent: it keeps every rule of AgentFS"] : lines;
}

const RESOLUTION: Readonly<Record<Conflict["resolution"], string>> = {
  "keep-both": "both kept",
  ours: "ours kept",
  theirs: "theirs kept",
  fail: "nothing pushed",
};

function conflictLine({ kind, path, ours, theirs, resolution, oursAt, theirsAt }: Conflict): string {
  const places = [oursAt === null ? "" : `, ours is ${oursAt}`, theirsAt === null ? "" : `, theirs is ${theirsAt}`];
  return `conflict in ${kind} ${path}: ${ours} here, ${theirs} there; ${RESOLUTION[resolution]}${places.join("")}`;
}
