import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import {
  type AgentReport,
  buildReport,
  type RunReport,
  redactReport,
  renderHtml,
  reportFacts,
  toSyncError,
} from "@agentfs-sync/core";
import type { Settings } from "../args/settings.ts";
import type { Printer } from "./printer.ts";

type Files = Pick<Settings, "reportFile" | "outputFile" | "htmlFile">;

/** A report, whatever process it was the end of. */
type AnyReport = Omit<RunReport, "exitCode"> & { readonly exitCode: number };

/** Writes what --report-file, --html and --output-file ask for. What was synced stays what it is when that fails: it is worth a line. */
export function writeReportFiles({ reportFile, outputFile, htmlFile }: Files, report: AnyReport, printer: Printer): void {
  const write = (file: string | undefined, text: () => string): void => {
    if (file === undefined) return;
    try {
      publish(resolve(file), printer.clean(text()));
    } catch (thrown) {
      printer.note(`the file ${file} could not be written: ${toSyncError(thrown).message}`);
    }
  };
  write(reportFile, () => `${JSON.stringify(report, null, 2)}\n`);
  write(htmlFile, () => renderHtml(redactReport(report, printer.clean)));
  write(outputFile, () => {
    const lines = dotenv(outputs(report.agents));
    return report.command === "push" ? withPulled(lines, readOr(outputFile, "")) : lines;
  });
}

/** What only a pull knows: a push of the same job leaves it as it was. */
const OF_A_PULL = /^AGENTFS_(?:PULLED|CACHE_HIT|REVISION)=.*$/gm;

function withPulled(lines: string, before: string): string {
  const kept = before.match(OF_A_PULL) ?? [];
  return lines.replace(OF_A_PULL, (line) => kept.find((one) => PLAIN.test(one) && nameOf(one) === nameOf(line)) ?? line);
}

const nameOf = (line: string): string => line.slice(0, line.indexOf("="));

function readOr(file: string | undefined, otherwise: string): string {
  try {
    return file === undefined ? otherwise : readFileSync(file, "utf8");
  } catch {
    return otherwise;
  }
}

/** What holds until something else is known: a job that dies half-way leaves files that say so. */
export function writeNothingDone(settings: Files, printer: Printer): void {
  writeReportFiles({ ...settings, reportFile: undefined, htmlFile: undefined }, buildReport("run", "", Date.now(), []), printer);
}

/** Also with what is percent-encoded. */
const PLAIN = /^[\w.,:/+=@%-]*$/;

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
  const plain = (value: string) => (PLAIN.test(value) && !value.includes("%") ? value : encodeURIComponent(value.toWellFormed()));
  return Object.entries(values)
    .map(([name, value]) => `${name}=${plain(value)}\n`)
    .join("");
}

/** The file is there whole or not at all. */
export function publish(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}`;
  writeFileSync(temporary, text);
  renameSync(temporary, file);
}
