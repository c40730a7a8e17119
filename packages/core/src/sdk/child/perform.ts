import type { SyncIo } from "../../sync/context.ts";
import { checkReplica } from "../native/check-replica.ts";
import { checkpoint } from "./checkpoint.ts";
import { diff, pull, push, sync, verify } from "./http-tasks.ts";
import type { Task, TaskName } from "./messages.ts";
import { stats } from "./stats.ts";

type Perform = (task: Task, io: SyncIo) => Promise<unknown>;

const TASKS: Readonly<Record<TaskName, Perform>> = {
  pull,
  push,
  sync,
  checkpoint,
  stats,
  diff,
  verify,
  "native-check": checkReplica,
};

/** What a task comes to: plain data. */
export function perform(task: Task, io: SyncIo): Promise<unknown> {
  return TASKS[task.operation](task, io);
}
