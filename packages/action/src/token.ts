import { createHash } from "node:crypto";
import { setSecret } from "@actions/core";

/** Where each secret may stand; the first that is not empty counts. */
const PLACES = {
  authToken: ["INPUT_AUTH-TOKEN", "TURSO_DB_AUTH_TOKEN"],
  cacheSecret: ["INPUT_CACHE-SECRET"],
} as const;

export type Secrets = Readonly<Record<keyof typeof PLACES, string | null>>;

/** The secrets of the inputs and the environment: masked in the log, and removed from `env`. Null where none is given. */
export function takeSecrets(env: NodeJS.ProcessEnv): Secrets {
  return { authToken: take(env, PLACES.authToken), cacheSecret: take(env, PLACES.cacheSecret) };
}

function take(env: NodeJS.ProcessEnv, places: readonly string[]): string | null {
  const found = places.map((name) => env[name] ?? "");
  for (const secret of found) {
    // The runner masks exact texts: white space around a pasted secret must not hide the secret itself from it.
    for (const form of new Set([secret, secret.trim()])) if (form.trim() !== "") setSecret(form);
  }
  for (const name of places) delete env[name];
  return found.map((secret) => secret.trim()).find((secret) => secret !== "") ?? null;
}

const FINGERPRINT_HEX_DIGITS = 12;

/** Tells two secrets apart without holding either: the start of the SHA-256 in hex. */
export function fingerprint(secret: string | null): string | null {
  return secret === null ? null : createHash("sha256").update(secret).digest("hex").slice(0, FINGERPRINT_HEX_DIGITS);
}
