import { statSync } from "node:fs";
import { type Check, checker } from "@agentfs-sync/core";
import type { Settings } from "../args/settings.ts";

const SOON_MS = 24 * 3600 * 1000;

/** Where the token comes from, who can read it there, and until when it says that it is valid. Never what it is. */
export function checkToken({ tokenFrom, config }: Settings, shown: readonly string[]): readonly Check[] {
  const check = checker("token");
  if (tokenFrom === null)
    return [check.skipped("none is given: TURSO_DB_AUTH_TOKEN is not set, and there is no --auth-token-file")];
  if (tokenFrom.kind === "file" && process.platform !== "win32" && (statSync(tokenFrom.path).mode & 0o077) !== 0) {
    return [check.warning(`${tokenFrom.path} can be read by other users`, `chmod 600 '${tokenFrom.path}'`)];
  }
  if (tokenFrom.kind === "environment" && shown.length > 0) {
    return [
      check.warning(
        "TURSO_DB_AUTH_TOKEN can be read by other programs of this user, in the environment of this process",
        "Use --auth-token-file.",
      ),
    ];
  }
  const from = tokenFrom.kind === "file" ? tokenFrom.path : "TURSO_DB_AUTH_TOKEN";
  const endsAt = endOf(String(config.authToken ?? ""));
  if (endsAt === null) return [check.ok(`from ${from}`)];
  const when = endsAt.toISOString();
  if (endsAt.getTime() < Date.now()) return [check.warning(`the token of ${from} ran out at ${when}`, "Make a new one.")];
  if (endsAt.getTime() < Date.now() + SOON_MS)
    return [check.warning(`the token of ${from} runs out at ${when}`, "Make a new one before that.")];
  return [check.ok(`from ${from}, valid until ${when}`)];
}

/** The `exp` of a JWT (RFC 7519), as Turso's tokens have it; null for any other. */
function endOf(token: string): Date | null {
  const [, payload = "", signature] = token.split(".");
  if (signature === undefined) return null;
  try {
    const { exp } = JSON.parse(Buffer.from(payload, "base64url").toString("utf8")) as { exp?: unknown };
    return typeof exp === "number" ? new Date(exp * 1000) : null;
  } catch {
    return null;
  }
}
