import { readFile } from "node:fs/promises";
import { SyncError } from "../errors.ts";
import { REPORT_VERSION, reportSchema } from "./schema.ts";
import type { RunReport } from "./types.ts";

/**
 * Reads the report that a run has written.
 * @throws SyncError `report-damaged`, `report-version`, `file-system`
 */
export async function readReport(file: string): Promise<RunReport> {
  const text = await readFile(file, "utf8").catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== "ENOENT" && cause.code !== "EISDIR") throw cause;
    throw new SyncError("report-damaged", `There is no file ${file}.`, { cause });
  });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw damaged(file, "it is no JSON", cause);
  }
  const version = typeof value === "object" && value !== null && "version" in value ? value.version : undefined;
  if (typeof version === "number" && version !== REPORT_VERSION) {
    throw new SyncError(
      "report-version",
      `${file} is a report of version ${version}; this version of agentfs-sync knows ${REPORT_VERSION}.`,
    );
  }
  const parsed = reportSchema.safeParse(value);
  if (parsed.success) return value as RunReport;
  const [first] = parsed.error.issues;
  throw damaged(file, `${first?.path.join(".") || "it"} is not as a report has it`, parsed.error);
}

const damaged = (file: string, what: string, cause: unknown): SyncError =>
  new SyncError("report-damaged", `${file} is no report of agentfs-sync: ${what}.`, { cause });
