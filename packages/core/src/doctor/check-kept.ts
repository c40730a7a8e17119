import type { AgentTarget } from "../config/types.ts";
import { SyncError } from "../errors.ts";
import { readBase } from "../replica/base.ts";
import { refuseNativeReplica } from "../replica/native.ts";
import { agentPaths } from "../replica/paths.ts";
import { listPending } from "../replica/pending.ts";
import { sizeOfFolder } from "../replica/sizes.ts";
import { sizeText } from "../report/size.ts";
import { type Check, checker } from "./check.ts";

/** What is kept to sync by in `.agentfs/.sync`: of another remote, unreadable, or waiting to be pushed. Changes nothing. */
export async function checkKept(directory: string, { agent, remoteUrl }: AgentTarget): Promise<readonly Check[]> {
  const check = checker("kept", agent);
  try {
    const paths = agentPaths(directory, agent);
    await refuseNativeReplica(paths);
    const base = await readBase(paths);
    const pending = await listPending(paths);
    if (base !== null && base.url !== remoteUrl) {
      const message = `${base.path} was pulled from ${base.url}, not from ${remoteUrl}.`;
      throw new SyncError("remote-mismatch", message, {
        hint: "Check --remote-url; a pull from another one brings everything anew.",
      });
    }
    if (pending.length > 0) {
      const what = pending.length === 1 ? "1 push waits" : `${pending.length} pushes wait`;
      return [check.warning(`${what} in ${paths.pending}`, "`agentfs-sync rescue list` shows what is in it.")];
    }
    if (base === null) return [check.ok("nothing yet: the first pull brings everything")];
    return [check.ok(`pulled ${base.pulledAt}, ${sizeText(await sizeOfFolder(paths.sync))} in ${paths.sync}`)];
  } catch (thrown) {
    return [check.failed(thrown)];
  }
}
