import { describe } from "../agentfs/describe.ts";
import { diff } from "../agentfs/diff.ts";
import { temporaryPath } from "../replica/files.ts";
import { refuseNativeReplica } from "../replica/native.ts";
import { writeEmptyAgentFs } from "../replica/origin.ts";
import type { DiffReport } from "../report/types.ts";
import type { AgentContext } from "./context.ts";
import { inspect } from "./inspect.ts";

const NOTHING = { files: [], keys: [], toolCalls: [], rows: [], schema: [] };

/** What a push would carry now; makes no request and changes nothing. */
export async function diffAgent(context: AgentContext): Promise<{ readonly diff: DiffReport }> {
  const { paths } = context;
  await refuseNativeReplica(paths);
  const copy = await inspect(context, false);
  switch (copy.kind) {
    case "absent":
    case "clean":
      return { diff: { workingCopy: copy.kind, ...NOTHING } };
    case "changed":
      return {
        diff: { workingCopy: copy.kind, ...(await describe(copy.origin.path, copy.snapshot.path, copy.changeset)) },
      };
    case "foreign": {
      // As a push sees it that adopts it: all that is in it is new.
      const empty = await temporaryPath(paths, "empty");
      writeEmptyAgentFs(empty, Math.floor(Date.now() / 1000));
      const changeset = diff(empty, copy.snapshot.path);
      return { diff: { workingCopy: "without-origin", ...(await describe(empty, copy.snapshot.path, changeset)) } };
    }
  }
}
