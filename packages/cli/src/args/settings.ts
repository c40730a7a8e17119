import { type ConfigInput, SyncError } from "@agentfs-sync/core";
import { provenance } from "../ci/detect.ts";
import { decideTrust, type Trust } from "../ci/trust.ts";
import { FAIL_ON, type FailOn, FLAG_NAMES, type FlagName, flagSpec, PUSH_ON, type PushOn, TRUST } from "../flags.ts";
import { readConfigFile, readText } from "./config-file.ts";
import type { Layer } from "./invocation.ts";
import { choose, fromText, splitList } from "./values.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/** Everything given, from all places, in the order of precedence. */
export interface Settings {
  /** For `parseConfig`. */
  readonly config: ConfigInput;
  readonly pushOn: PushOn;
  readonly failOn: FailOn;
  readonly trust: Trust;
  readonly reportFile: string | undefined;
  readonly outputFile: string | undefined;
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
  const authToken = readToken(flags, env, file);
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
    },
    trust,
    reportFile: text("report-file"),
    outputFile: text("output-file"),
    pushOn: choose("push-on", PUSH_ON, text("push-on"), "always"),
    failOn: choose("fail-on", FAIL_ON, text("fail-on"), "any"),
    port: readPort(text("port")),
    data: text("data"),
  };
}

/** Like the token: never a flag. */
const CACHE_SECRET = "AGENTFS_SYNC_CACHE_SECRET";

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

/** The token: the flag's file, else the environment, else the file that the configuration file names. */
function readToken(flags: Layer, env: Environment, file: Layer): string | undefined {
  const flagged = asText(flags["auth-token-file"]);
  if (flagged !== undefined) return tokenOf(flagged);
  const given = env.TURSO_DB_AUTH_TOKEN?.trim() ?? "";
  if (given !== "") return given;
  const configured = asText(file["auth-token-file"]);
  return configured === undefined ? undefined : tokenOf(configured);
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
