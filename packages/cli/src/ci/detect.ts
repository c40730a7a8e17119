import type { Provenance } from "@agentfs-sync/core";
import type { Environment } from "../args/settings.ts";
import type { CiSystem, JobStatus } from "./system.ts";
import { CI_SYSTEMS } from "./systems.ts";

/** The CI that runs this; null on anybody's machine, and in a CI that is not in the table. */
export function detectCi(env: Environment): CiSystem | null {
  const isHere = ({ marker: { variable, value } }: CiSystem) =>
    value === null ? Boolean(env[variable]) : env[variable] === value;
  return CI_SYSTEMS.find(isHere) ?? null;
}

/** Where this run comes from, for its receipt on the remote; all null outside a known CI. */
export function provenance(env: Environment): Provenance {
  const system = detectCi(env);
  if (system === null) return { ci: null, repository: null, commit: null, runUrl: null };
  const { repository, commit, runUrl } = system.provenance;
  return {
    ci: system.id,
    repository: env[repository] || null,
    commit: env[commit] || null,
    runUrl: fill(runUrl, env),
  };
}

/** Null if one of the variables is missing. */
function fill(template: string, env: Environment): string | null {
  const names = [...template.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
  return names.every((name) => env[name]) ? template.replace(/\{(\w+)\}/g, (_, name: string) => env[name] ?? "") : null;
}

/** How the job went so far; null where the CI does not say, or not yet. */
export function jobStatus(env: Environment): JobStatus | null {
  const status = detectCi(env)?.jobStatus ?? null;
  const word = status === null ? "" : (env[status.variable] ?? "");
  if (status === null || word === "") return null;
  if (status.words === "exit code") return word === "0" ? "success" : "failure";
  return Object.hasOwn(status.words, word) ? (status.words[word] ?? null) : null;
}
