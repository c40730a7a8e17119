import { ALLOWABLE_GUARDS, CONFLICT_POLICIES, ENGINES, ON_UNPUSHED } from "@agentfs-sync/core";
import type { FlagSpec } from "./flag-spec.ts";

export const PUSH_ON = ["always", "success", "never"] as const;
export type PushOn = (typeof PUSH_ON)[number];

export const FAIL_ON = ["any", "pull", "push", "never"] as const;
export type FailOn = (typeof FAIL_ON)[number];

export const TRUST = ["auto", "trusted", "read-only", "none"] as const;
export type TrustChoice = (typeof TRUST)[number];

/** The one table of flags: parsing, help, environment and configuration file all read it. */
export const FLAGS = {
  agent: {
    kind: "list",
    value: "ID",
    env: "AGENTFS_SYNC_AGENT",
    inFile: true,
    summary: "the agent; repeat the flag or separate by commas for several",
  },
  "remote-url": {
    kind: "text",
    value: "URL",
    env: "AGENTFS_SYNC_REMOTE_URL",
    inFile: true,
    summary: "the agent's database (libsql://… or https://…; http://… on loopback); {agent} in it is replaced by the id",
  },
  "auth-token-file": {
    kind: "text",
    value: "FILE",
    inFile: true,
    isPath: true,
    summary: "file that holds the token; without it the token is read from TURSO_DB_AUTH_TOKEN",
  },
  directory: {
    kind: "text",
    value: "DIR",
    env: "AGENTFS_SYNC_DIRECTORY",
    inFile: true,
    isPath: true,
    summary: "the folder that holds .agentfs/",
    fallback: "the current one",
  },
  conflict: {
    kind: "choice",
    value: "P",
    values: CONFLICT_POLICIES,
    env: "AGENTFS_SYNC_CONFLICT",
    inFile: true,
    summary:
      "what becomes of a thing that both sides changed: ours stays beside theirs under another name, one side counts, or the push fails and changes nothing",
    fallback: "keep-both",
  },
  "push-on": {
    kind: "choice",
    value: "W",
    values: PUSH_ON,
    env: "AGENTFS_SYNC_PUSH_ON",
    inFile: true,
    summary: "push after the command (for `push`: after the job, as the CI tells it): always, only after its success, or never",
    fallback: "always",
  },
  "fail-on": {
    kind: "choice",
    value: "W",
    values: FAIL_ON,
    env: "AGENTFS_SYNC_FAIL_ON",
    inFile: true,
    summary: "which failure of ours decides the exit code when the command itself succeeds",
    fallback: "any",
  },
  "push-every": {
    kind: "count",
    value: "MINUTES",
    env: "AGENTFS_SYNC_PUSH_EVERY",
    inFile: true,
    summary: "push the work so far while the command runs, so that a machine that dies loses minutes",
    fallback: "only after the command",
  },
  "pass-token": { kind: "switch", inFile: true, summary: "give the token to the command, as TURSO_DB_AUTH_TOKEN" },
  mask: {
    kind: "switch",
    env: "AGENTFS_SYNC_MASK",
    inFile: true,
    summary:
      "hide the token in what the command prints, and keep a CI from obeying it; the command then has no terminal to print to",
  },
  "read-only": {
    kind: "switch",
    env: "AGENTFS_SYNC_READ_ONLY",
    inFile: true,
    summary: "send nothing but reads",
  },
  trust: {
    kind: "choice",
    value: "T",
    values: TRUST,
    env: "AGENTFS_SYNC_TRUST",
    inFile: true,
    summary:
      "what this run may do; auto: as the CI says, so that forks and unprotected branches only read, and without a token nothing is done, successfully",
    fallback: "trusted",
  },
  "on-unpushed": {
    kind: "choice",
    value: "W",
    values: ON_UNPUSHED,
    env: "AGENTFS_SYNC_ON_UNPUSHED",
    inFile: true,
    summary: "what a pull does with changes that were never pushed",
    fallback: "refuse",
  },
  adopt: {
    kind: "switch",
    env: "AGENTFS_SYNC_ADOPT",
    inFile: true,
    summary: "push a working copy of unknown origin as if all in it were new",
  },
  remote: { kind: "switch", inFile: false, summary: "verify what the server holds, not the working copy" },
  allow: {
    kind: "list",
    value: "G",
    values: ALLOWABLE_GUARDS,
    env: "AGENTFS_SYNC_ALLOW",
    inFile: true,
    summary: "let one guard pass; may be repeated",
  },
  "push-id": { kind: "text", value: "ID", inFile: false, summary: "which of several kept pushes; `rescue list` shows them" },
  "timeout-seconds": {
    kind: "count",
    value: "N",
    env: "AGENTFS_SYNC_TIMEOUT_SECONDS",
    inFile: true,
    summary: "how long a pull or push may take",
    fallback: "120",
  },
  concurrency: {
    kind: "count",
    value: "N",
    env: "AGENTFS_SYNC_CONCURRENCY",
    inFile: true,
    summary: "how many agents at the same time",
    fallback: "4",
  },
  engine: {
    kind: "choice",
    value: "E",
    values: ENGINES,
    env: "AGENTFS_SYNC_ENGINE",
    inFile: true,
    summary: "how the remote is spoken to; agentfs: by the native sync of that program, for one writer at a time",
    fallback: "http",
  },
  "cache-dir": {
    kind: "text",
    value: "DIR",
    env: "AGENTFS_SYNC_CACHE_DIR",
    inFile: true,
    isPath: true,
    summary:
      "a folder that the CI caches: what was pulled is kept there, encrypted with AGENTFS_SYNC_CACHE_SECRET or the token, and only what changed since is pulled",
  },
  "rescue-dir": {
    kind: "text",
    value: "DIR",
    env: "AGENTFS_SYNC_RESCUE_DIR",
    inFile: true,
    isPath: true,
    summary: "a folder that the CI keeps: what could not be pushed goes there, a file for `rescue push`",
  },
  "undo-dir": {
    kind: "text",
    value: "DIR",
    env: "AGENTFS_SYNC_UNDO_DIR",
    inFile: true,
    isPath: true,
    summary: "a folder that the CI keeps: each push puts the bundle that takes it back there too, a file for `revert`",
  },
  "report-file": {
    kind: "text",
    value: "FILE",
    env: "AGENTFS_SYNC_REPORT_FILE",
    inFile: true,
    isPath: true,
    summary: "write the object of --json into this file too, with each thing that was changed",
  },
  "output-file": {
    kind: "text",
    value: "FILE",
    env: "AGENTFS_SYNC_OUTPUT_FILE",
    inFile: true,
    isPath: true,
    summary: "write what was done as NAME=value lines (dotenv) for later jobs",
  },
  "undo-limit": {
    kind: "count",
    value: "MB",
    env: "AGENTFS_SYNC_UNDO_LIMIT",
    inFile: true,
    summary: "how much the bundles that take pushes back may hold of each agent on this machine; 0: none are kept",
    fallback: "64",
  },
  html: {
    kind: "text",
    value: "FILE",
    env: "AGENTFS_SYNC_HTML",
    inFile: true,
    isPath: true,
    summary: "write the result as one HTML page that needs nothing else",
  },
  markdown: { kind: "text", value: "FILE", inFile: false, summary: "write the result as Markdown, for a job summary" },
  limit: { kind: "count", value: "N", inFile: false, summary: "how many pushes at most", fallback: "20" },
  path: { kind: "text", value: "GLOB", inFile: false, summary: "only pushes that touched `notes/**`, `key:NAME`, `row:TABLE`" },
  "dry-run": { kind: "switch", inFile: false, summary: "show what would change, and change nothing" },
  port: { kind: "count", value: "N", inFile: false, summary: "port to listen on", fallback: "a free one" },
  data: {
    kind: "text",
    value: "DIR",
    inFile: false,
    isPath: true,
    summary: "the folder that keeps the databases",
    fallback: ".agentfs-serve in --directory",
  },
  config: { kind: "text", value: "FILE", inFile: false, summary: "JSON file with the long names of these flags as keys" },
  json: { kind: "switch", inFile: false, summary: "print one JSON object on standard output, everything else on standard error" },
  quiet: { kind: "switch", inFile: false, summary: "print errors only" },
  verbose: { kind: "switch", inFile: false, summary: "say every step on standard error" },
  help: { kind: "switch", short: "h", inFile: false, summary: "show this help" },
  version: { kind: "switch", inFile: false, summary: "show the version" },
} as const satisfies Record<string, FlagSpec>;

export type FlagName = keyof typeof FLAGS;

export const FLAG_NAMES = Object.keys(FLAGS) as readonly FlagName[];

export function flagSpec(name: FlagName): FlagSpec {
  return FLAGS[name];
}

export function isFlagName(name: string): name is FlagName {
  return Object.hasOwn(FLAGS, name);
}
