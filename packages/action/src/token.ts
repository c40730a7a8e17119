import { createHash } from "node:crypto";
import { setSecret } from "@actions/core";

const PLACES = ["INPUT_AUTH-TOKEN", "TURSO_DB_AUTH_TOKEN"] as const;

/** The token of the input or else of TURSO_DB_AUTH_TOKEN: masked in the log, and removed from `env`. Null without one. */
export function takeToken(env: NodeJS.ProcessEnv): string | null {
  const found = PLACES.map((name) => env[name] ?? "");
  for (const token of found) {
    // The runner masks exact texts: white space around a pasted secret must not hide the token itself from it.
    for (const form of new Set([token, token.trim()])) if (form.trim() !== "") setSecret(form);
  }
  for (const name of PLACES) delete env[name];
  return found.map((token) => token.trim()).find((token) => token !== "") ?? null;
}

const FINGERPRINT_HEX_DIGITS = 12;

/** Tells two tokens apart without holding either: the start of the SHA-256 in hex. */
export function fingerprint(token: string | null): string | null {
  return token === null ? null : createHash("sha256").update(token).digest("hex").slice(0, FINGERPRINT_HEX_DIGITS);
}
