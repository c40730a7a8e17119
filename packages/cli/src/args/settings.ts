import { type ConfigInput, SyncError } from "@agentfs-sync/core";
import { provenance } from "../ci/detect.ts";
import { decideTrust, type Trust } from "../ci/trust.ts";
import { FAIL_ON, type FailOn, FLAG_NAMES, type FlagName, flagSpec, PUSH_ON, type PushOn, TRUST } from "../flags.ts";
import { readConfigFile, readText } from "./config-file.ts";
import type { Layer } from "./invocation.ts";
import { choose, fromText, splitList } from "./values.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

type TokenSource = { readonly kind: "environment" } | { readonly kind: "file"; readonly path: string };

/** Everything given, from all places, in the order of precedence. */
export interface Settings {
  /** For `parseConfig`. */
  readonly config: ConfigInput;
  /** Where its token comes from; null: there is none. */
  readonly tokenFrom: TokenSource | null;
  readonly pushOn: PushOn;
  readonly failOn: FailOn;
  /** `run`: the pause between two pushes while the command runs; null: none. */
  readonly pushEveryMs: number | null;
  readonly passToken: boolean;
  readonly mask: boolean;
  readonly trust: Trust;
  readonly reportFile: string | undefined;
  readonly outputFile: string | undefined;
  readonly htmlFile: string | undefined;
  readonly markdownFile: string | undefined;
  /** `log` */
  readonly limit: number;
  readonly path: string | null;
  /** `revert` */
  readonly isDryRun: boolean;
  /** `serve`: 0 is any free port. */
  readonly port: number;
  readonly data: string | undefined;
}

/**
 * Flags over environment over configuration file over default.
 * @throws SyncError `config-invalid`
 */
export function resolveSettings(flags: Layer, env: Environment): Settings {
  const file = typeof flags.config === "string" ? readConfigFile(flags.config) : {};
  const environment = environmentLayer(env);
  const merged: Layer = { ...file, ...environment, ...flags };
  const text = (name: FlagName): string | undefined => asText(merged[name]);
  const list = (name: FlagName): readonly string[] => asList(merged[name]);
  const pushOn = choose("push-on", PUSH_ON, text("push-on"), "always");
  const tokenFrom = tokenSource(flags, env, file);
  const authToken = readToken(tokenFrom, env);
  const readOnly = merged["read-only"] === true;
  const remoteUrl = text("remote-url");
  const trust = decideTrust({ trust: choose("trust", TRUST, text("trust"), "trusted"), readOnly, authToken, remoteUrl }, env);
  return {
    config: {
      agents: [...list("agent")],
      remoteUrl,
      authToken,
      directory: text("directory"),
      trust: trust.trustClass,
      conflict: text("conflict"),
      onUnpushed: text("on-unpushed"),
      adopt: merged.adopt === true,
      verifyRemote: merged.remote === true,
      allow: [...list("allow")],
      timeoutSeconds: text("timeout-seconds"),
      concurrency: text("concurrency"),
      engine: text("engine"),
      agentfsProgram: env["AGENTFS_BINARY"],
      provenance: provenance(env),
      cacheDirectory: text("cache-dir"),
      cacheSecret: env[CACHE_SECRET]?.trim(),
      rescueDirectory: text("rescue-dir"),
      undoDirectory: text("undo-dir"),
      undoLimitMb: text("undo-limit"),
      reportsChanges: text("report-file") !== undefined || text("html") !== undefined,
    },
    tokenFrom,
    pushOn,
    trust,
    reportFile: text("report-file"),
    outputFile: text("output-file"),
    htmlFile: text("html"),
    markdownFile: text("markdown"),
    limit: Number(text("limit") ?? DEFAULT_LIMIT),
    path: text("path") ?? null,
    isDryRun: merged["dry-run"] === true,
    failOn: choose("fail-on", FAIL_ON, text("fail-on"), "any"),
    pushEveryMs: readPushEvery(text("push-every"), pushOn),
    passToken: merged["pass-token"] === true,
    mask: merged.mask === true,
    port: readPort(text("port")),
    data: text("data"),
  };
}

/** Like the token: never a flag. */
const CACHE_SECRET = "AGENTFS_SYNC_CACHE_SECRET";
const DEFAULT_LIMIT = 20;

const asText = (value: Layer[FlagName]): string | undefined => (typeof value === "string" ? value : undefined);
const asList = (value: Layer[FlagName]): readonly string[] => splitList(Array.isArray(value) ? value : []);

function environmentLayer(env: Environment): Layer {
  const layer: Layer = {};
  for (const flag of FLAG_NAMES) {
    const name = flagSpec(flag).env;
    const given = name === undefined ? undefined : env[name];
    if (name === undefined || given === undefined) continue;
    const value = fromText({ flag, from: name }, given);
    if (value !== undefined) layer[flag] = value;
  }
  return layer;
}

/** The flag's file, else the environment, else the file that the configuration file names. */
function tokenSource(flags: Layer, env: Environment, file: Layer): TokenSource | null {
  const flagged = asText(flags["auth-token-file"]);
  if (flagged !== undefined) return { kind: "file", path: flagged };
  if ((env.TURSO_DB_AUTH_TOKEN?.trim() ?? "") !== "") return { kind: "environment" };
  const configured = asText(file["auth-token-file"]);
  return configured === undefined ? null : { kind: "file", path: configured };
}

function readToken(source: TokenSource | null, env: Environment): string | undefined {
  if (source === null) return undefined;
  return source.kind === "file" ? tokenOf(source.path) : env.TURSO_DB_AUTH_TOKEN?.trim();
}

function tokenOf(file: string): string {
  const token = readText(file, "token file").trim();
  if (token === "")
    throw new SyncError("config-invalid", `The token file ${file} is empty.`, { hint: "Write the token into it, alone." });
  if (/\s/.test(token)) {
    throw new SyncError("config-invalid", `The token file ${file} holds more than one word.`, {
      hint: "Write the token into it, alone.",
    });
  }
  return token;
}

function readPort(text: string | undefined): number {
  if (text === undefined) return 0;
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new SyncError("config-invalid", `--port is ${JSON.stringify(text)}, but must be a whole number from 0 to 65535.`, {
    hint: "0, the default, takes any free port.",
  });
}

const LONGEST_PAUSE_MINUTES = 1440;

function readPushEvery(text: string | undefined, pushOn: PushOn): number | null {
  if (text === undefined) return null;
  const minutes = Number(text);
  if (!(minutes > 0 && minutes <= LONGEST_PAUSE_MINUTES)) {
    throw new SyncError(
      "config-invalid",
      `--push-every is ${JSON.stringify(text)}, but must be a number of minutes above 0 and at most ${LONGEST_PAUSE_MINUTES}.`,
      { hint: "5 is a good beginning; parts of a minute are written 0.5." },
    );
  }
  if (pushOn === "always") return minutes * 60_000;
  throw new SyncError(
    "config-invalid",
    `--push-every pushes before it is known how the command ends, but --push-on is ${pushOn}: they contradict each other.`,
    { hint: "Give one of them." },
  );
}
