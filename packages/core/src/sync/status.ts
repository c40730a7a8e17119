import { countChanges } from "../agentfs/diff.ts";
import { SyncError } from "../errors.ts";
import { readBase } from "../replica/base.ts";
import { listPending } from "../replica/pending.ts";
import type { StatusReport } from "../report/types.ts";
import type { AgentContext } from "./context.ts";
import { inspect, type WorkingCopy } from "./inspect.ts";

/** What is known on this machine; makes no request and changes nothing. */
export async function status(context: AgentContext): Promise<StatusReport> {
  const { paths, target } = context;
  const [base, pending] = [await readBase(paths), await listPending(paths)];
  const copy = await look(context);
  return {
    workingCopy: WORDS[copy.kind],
    remoteUrl: target.remoteUrl,
    revision: base?.revision ?? null,
    sequence: base === null ? null : Number(base.facts.sequence),
    pulledAt: base?.pulledAt ?? null,
    changes: copy.kind === "changed" ? countChanges(copy.changeset) : null,
    pending: pending.map(({ pushId }) => pushId),
  };
}

const WORDS = {
  absent: "absent",
  clean: "clean",
  changed: "changed",
  foreign: "without-origin",
  unreadable: "unreadable",
} as const;

async function look(context: AgentContext): Promise<WorkingCopy | { readonly kind: "unreadable" }> {
  try {
    return await inspect(context, false);
  } catch (error) {
    if (
      error instanceof SyncError &&
      (error.code === "not-a-database" || error.code === "local-damaged" || error.code === "not-agentfs")
    ) {
      context.io.info(`${context.target.agent}: ${error.message}`);
      return { kind: "unreadable" };
    }
    throw error;
  }
}
