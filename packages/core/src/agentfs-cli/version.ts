import { type ErrorCode, SyncError } from "../errors.ts";
import type { CommandResult } from "./command.ts";

/** The version whose grammar, words and files are known from recorded runs; its patches are taken to keep them. */
const KNOWN = /^0\.6\.\d+/;

/** What `--version` says, as `agentfs v0.6.4`. @throws SyncError `agentfs-unsupported` */
export function requireVersion({ argv, stdout }: CommandResult): string {
  const version = /^agentfs v?(\S+)\s*$/.exec(stdout)?.[1];
  const program = argv[0];
  if (version === undefined) {
    const said = JSON.stringify(stdout.slice(0, 80));
    throw new SyncError("agentfs-unsupported", `\`${program}\` is not AgentFS: asked for its version it said ${said}.`);
  }
  if (!KNOWN.test(version)) {
    throw new SyncError("agentfs-unsupported", `\`${program}\` is AgentFS ${version}; only 0.6 is known to work.`, {
      details: { version },
    });
  }
  return version;
}

/** What says nothing against the program that was called. */
const NOT_OF_IT: readonly ErrorCode[] = ["agentfs-missing", "aborted", "file-system"];

/** @throws SyncError `agentfs-unsupported` if the program was there, but failed or hung when asked for its version */
export function refuseWithoutVersion(thrown: unknown): never {
  if (!(thrown instanceof SyncError) || NOT_OF_IT.includes(thrown.code)) throw thrown;
  throw new SyncError("agentfs-unsupported", `It could not say its version, as AgentFS can: ${thrown.message}`, {
    details: thrown.details,
    cause: thrown,
  });
}
