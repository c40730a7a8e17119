import { join } from "node:path";

/** Where one agent's files are (DESIGN: files on disk). */
export interface AgentPaths {
  /** `.agentfs`, which the real programs use as well. */
  readonly folder: string;
  /** The ordinary SQLite file that the job reads and writes. */
  readonly workingCopy: string;
  /** There if the working copy is a replica of the native engine. */
  readonly nativeInfo: string;
  /** Ours alone: `.agentfs/.sync/<id>`. */
  readonly sync: string;
  readonly baseInfo: string;
  readonly origins: string;
  readonly pending: string;
  /** Bundles that take back what was pushed from here, the newest ones. */
  readonly undo: string;
  readonly state: string;
  /** The id of what a push has reserved on the remote and not given back. */
  readonly reservation: string;
  readonly lock: string;
  /** Half-made files; whatever is in it belongs to a command that was cut short. */
  readonly temporary: string;
}

export function agentPaths(directory: string, agent: string): AgentPaths {
  const folder = join(directory, ".agentfs");
  const sync = join(folder, ".sync", agent);
  return {
    folder,
    workingCopy: join(folder, `${agent}.db`),
    nativeInfo: join(folder, `${agent}.db-info`),
    sync,
    baseInfo: join(sync, "base.json"),
    origins: join(sync, "origins"),
    pending: join(sync, "pending"),
    undo: join(sync, "undo"),
    state: join(sync, "state.json"),
    reservation: join(sync, "reservation.json"),
    lock: join(sync, "lock"),
    temporary: join(sync, "tmp"),
  };
}
