import type { Environment } from "../args/settings.ts";

const SECRETS = [/^TURSO_DB_AUTH_TOKEN$/, /^AGENTFS_SYNC_(.*_)?(TOKEN|SECRET|KEY|PASSWORD)$/];

/** Our environment without what is for us alone: the command gets no token. */
export function childEnvironment(env: Environment): Record<string, string> {
  const entries = Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
  return Object.fromEntries(entries.filter(([name]) => !SECRETS.some((pattern) => pattern.test(name))));
}
