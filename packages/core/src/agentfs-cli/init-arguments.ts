import type { SyncConfig } from "../config/sync-config.ts";
import { SyncError } from "../errors.ts";

/** The arguments of `agentfs init`, which takes an id and never a path. @throws SyncError `config-invalid` */
export function initArguments({ agent, idOrPath, remoteUrl, partial }: SyncConfig, force: boolean): string[] {
  if (idOrPath !== agent) throw new SyncError("config-invalid", `\`init\` takes an id, not the path ${idOrPath}.`);
  if (remoteUrl === null && partial !== null)
    throw new SyncError("config-invalid", "Partial options need a remoteUrl: a database without a remote is always whole.");
  return [
    "init",
    agent,
    ...(force ? ["--force"] : []),
    ...option("--sync-remote-url", remoteUrl),
    ...option("--sync-partial-prefetch", partial?.prefetch),
    ...option("--sync-partial-segment-size", partial?.segmentSizeBytes),
    ...option("--sync-partial-bootstrap-length", partial?.bootstrapLengthBytes),
    ...option("--sync-partial-bootstrap-query", partial?.bootstrapQuery),
  ];
}

function option(name: string, value: string | number | boolean | null | undefined): string[] {
  return value === null || value === undefined ? [] : [name, String(value)];
}
