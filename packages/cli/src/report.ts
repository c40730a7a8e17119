import { resolve } from "node:path";
import { readReport, renderHtml, renderMarkdown, SyncError } from "@agentfs-sync/core";
import type { Context } from "./context.ts";
import { printReport } from "./output/print-report.ts";
import { publish } from "./output/report-files.ts";

/** `report FILE`: what a run wrote, for people. The exit code says whether it could be shown, not how the run ended. */
export async function report({ invocation, settings, printer }: Context): Promise<number> {
  const [file] = invocation.args;
  if (file === undefined) {
    throw new SyncError("usage", "`report` needs the file that --report-file or --json wrote.", {
      hint: "`agentfs-sync report --help` shows how it is used.",
    });
  }
  const read = await readReport(resolve(file));
  const { markdownFile } = settings;
  // Of the flag alone: within a CI job the variable names the page of the job's own report.
  const { html: htmlFile } = invocation.flags;
  if (typeof htmlFile === "string") publish(resolve(htmlFile), renderHtml(read));
  if (markdownFile !== undefined) publish(resolve(markdownFile), renderMarkdown(read));
  if (htmlFile === undefined && markdownFile === undefined) printReport(printer, read);
  return 0;
}
