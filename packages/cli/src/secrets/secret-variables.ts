import type { Environment } from "../args/settings.ts";

const SECRETS = [/^TURSO_DB_AUTH_TOKEN$/, /^AGENTFS_SYNC_(.*_)?(TOKEN|SECRET|KEY|PASSWORD)$/];

/** Whether an environment variable is for us alone. */
export const isSecretVariable = (name: string): boolean => SECRETS.some((pattern) => pattern.test(name));

/** The values of those that are set. */
export function secretsIn(env: Environment): readonly string[] {
  return Object.entries(env).flatMap(([name, value]) => (isSecretVariable(name) && value?.trim() ? [value.trim()] : []));
}
