import { SyncError } from "../errors.ts";
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
