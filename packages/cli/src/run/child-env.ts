import type { Environment } from "../args/settings.ts";
import { isSecretVariable } from "../secrets/secret-variables.ts";

/**
 * The command's environment: ours without what is for us alone.
 * @param token Given to the command all the same, as TURSO_DB_AUTH_TOKEN; null: it gets none.
 */
export function childEnvironment(env: Environment, token: string | null): Record<string, string> {
  const entries = Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
  const kept = Object.fromEntries(entries.filter(([name]) => !isSecretVariable(name)));
  return token === null ? kept : { ...kept, TURSO_DB_AUTH_TOKEN: token };
}
