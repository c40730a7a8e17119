import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { SyncError, toSyncError } from "@agentfs-sync/core";
import { FLAG_NAMES, flagSpec, isFlagName } from "../flags.ts";
import type { Layer } from "./invocation.ts";
import { nearest } from "./nearest.ts";
import { fromJson } from "./values.ts";

const KEYS = FLAG_NAMES.filter((name) => flagSpec(name).inFile);

/**
 * Reads `--config FILE`: a JSON object whose keys are the long names of flags. Paths in it are relative to the file.
 * @throws SyncError `config-invalid`: unreadable, no JSON object, an unknown key, a token, a value of the wrong type.
 */
export function readConfigFile(file: string): Layer {
  const layer: Layer = {};
  for (const [key, value] of Object.entries(readObject(file))) {
    if (/token$/i.test(key)) {
      throw new SyncError("config-invalid", `The configuration file ${file} has the key "${key}": it must not hold a token.`, {
        hint: "Put the token into TURSO_DB_AUTH_TOKEN, or name a file of its own with the key auth-token-file.",
      });
    }
    if (!isFlagName(key) || !flagSpec(key).inFile) {
      const meant = nearest(key, KEYS);
      const suggestion = meant === null ? "" : ` Did you mean "${meant}"?`;
      throw new SyncError("config-invalid", `The configuration file ${file} has the unknown key "${key}".${suggestion}`, {
        hint: `The keys are ${KEYS.join(", ")}.`,
      });
    }
    const checked = fromJson({ flag: key, from: `the key "${key}" of ${file}` }, value);
    layer[key] =
      flagSpec(key).isPath === true && typeof checked === "string" ? resolve(dirname(resolve(file)), checked) : checked;
  }
  return layer;
}

function readObject(file: string): object {
  const text = readText(file, "configuration file");
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    // The parser's own message quotes the text, which may hold what nobody should print.
    throw new SyncError("config-invalid", `The configuration file ${file} is not valid JSON.`, { cause });
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  throw new SyncError("config-invalid", `The configuration file ${file} is not a JSON object.`, {
    hint: `Write it as {"agent": "my-agent", "remote-url": "libsql://…"}.`,
  });
}

/** The text of a small file that the user named. @throws SyncError `config-invalid` with the reason. */
export function readText(file: string, what: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    const { details } = toSyncError(cause);
    throw new SyncError("config-invalid", `The ${what} ${file} cannot be read (${String(details.errno ?? "unknown error")}).`, {
      cause,
      hint: "Check the path and its permissions.",
    });
  }
}
