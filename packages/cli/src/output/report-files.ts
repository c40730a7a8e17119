import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import { type AgentReport, reportFacts, toSyncError } from "@agentfs-sync/core";
import type { Settings } from "../args/settings.ts";
import type { Printer } from "./printer.ts";

type Files = Pick<Settings, "reportFile" | "outputFile">;

/** Writes what --report-file and --output-file ask for. What was synced stays what it is when that fails: it is worth a line. */
export function writeReportFiles(
  { reportFile, outputFile }: Files,
  report: { readonly agents: readonly AgentReport[] },
  printer: Printer,
): void {
  const write = (file: string | undefined, text: () => string): void => {
    if (file === undefined) return;
    try {
      publish(resolve(file), printer.clean(text()));
    } catch (thrown) {
      printer.note(`the file ${file} could not be written: ${toSyncError(thrown).message}`);
    }
  };
  write(reportFile, () => `${JSON.stringify(report, null, 2)}\n`);
  write(outputFile, () => dotenv(outputs(report.agents)));
}

/** What holds until something else is known: a job that dies half-way leaves files that say so. */
export function writeNothingDone(settings: Files, printer: Printer): void {
  writeReportFiles({ reportFile: undefined, outputFile: settings.outputFile }, { agents: [] }, printer);
}

function outputs(agents: readonly AgentReport[]): Readonly<Record<string, string>> {
  const { pulled, pushed, changed, conflicts, rescues } = reportFacts(agents);
  const [only] = agents.length === 1 ? agents : [];
  return {
    AGENTFS_PULLED: String(pulled),
    AGENTFS_PUSHED: String(pushed),
    AGENTFS_CHANGED: String(changed),
    AGENTFS_CONFLICTS: String(conflicts),
    AGENTFS_CACHE_HIT: String(agents.length > 0 && agents.every(({ pull }) => pull?.fromCache === true)),
    AGENTFS_SEQUENCE: String(only?.push?.sequence ?? ""),
    AGENTFS_REVISION: only?.pull?.revision ?? "",
    AGENTFS_RESCUE: rescues.map((path) => relative(process.cwd(), path)).join(","),
  };
}

/**
 * GitLab takes neither spaces nor empty lines, and a line break in what a server sent would be a variable more: what is not plain is
 * percent-encoded.
 */
function dotenv(values: Readonly<Record<string, string>>): string {
  const plain = (value: string) => (/^[\w.,:/+=@-]*$/.test(value) ? value : encodeURIComponent(value));
  return Object.entries(values)
    .map(([name, value]) => `${name}=${plain(value)}\n`)
    .join("");
}

function publish(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}`;
  writeFileSync(temporary, text);
  renameSync(temporary, file);
}
