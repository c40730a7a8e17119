import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AgentReport, buildReport, type RunReport } from "@agentfs-sync/core";
import { afterEach, beforeEach, expect, test } from "vitest";
import { makePrinter } from "./printer.ts";
import { writeReportFiles } from "./report-files.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "report-files-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const printer = makePrinter({ json: false, quiet: true, verbose: false }, { out: () => undefined, err: () => undefined });

function write(command: RunReport["command"], agent: Partial<AgentReport>): string {
  const outputFile = join(folder, "outputs.env");
  const nothing = { agent: "a", ok: true, pull: null, push: null, conflicts: [], rescue: null, error: null };
  const report = buildReport(command, "", Date.now(), [{ ...nothing, ...agent }]);
  writeReportFiles({ reportFile: undefined, htmlFile: undefined, outputFile }, report, printer);
  return readFileSync(outputFile, "utf8");
}

const pulled = (revision: string) => ({ pull: { outcome: "pulled", revision, bytesReceived: 1, fromCache: true } as const });

test("a push leaves what the pull of the same job has said; any other command says all anew", () => {
  expect(write("pull", pulled("r 1"))).toContain("AGENTFS_REVISION=r%201\n");
  const pushed = write("push", {});
  expect(pushed).toMatch(/^AGENTFS_PULLED=true\nAGENTFS_PUSHED=false\n/);
  expect(pushed).toContain("AGENTFS_CACHE_HIT=true\n");
  expect(pushed).toContain("AGENTFS_REVISION=r%201\n");
  expect(write("sync", {})).toMatch(/^AGENTFS_PULLED=false\n/);
});

test("a push takes over nothing but such a word, and no line that is not there anyway", () => {
  writeFileSync(join(folder, "outputs.env"), "AGENTFS_PULLED=$(x)\nOTHER=1\nAGENTFS_REVISION=a\rB=1\n");
  expect(write("push", {})).toMatch(/^AGENTFS_PULLED=false\n(AGENTFS_[A-Z_]+=\w*\n){7}$/);
});

test("a server's word that is no Unicode text is written all the same", () => {
  expect(write("pull", pulled("\ud800"))).toContain("AGENTFS_REVISION=%EF%BF%BD\n");
});
