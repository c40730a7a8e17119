import type { SyncIo } from "../../sync/context.ts";
import type { Task, TaskName } from "./messages.ts";

type Perform = (task: Task, io: SyncIo) => Promise<unknown>;

const http = () => import("./http-tasks.ts");

/** Only what a task needs is loaded: its process does nothing else. */
const TASKS: Readonly<Record<TaskName, () => Promise<Perform>>> = {
  pull: async () => (await http()).pull,
  push: async () => (await http()).push,
  sync: async () => (await http()).sync,
  diff: async () => (await http()).diff,
  verify: async () => (await http()).verify,
  checkpoint: async () => (await http()).checkpoint,
  stats: async () => (await http()).stats,
  "native-check": async () => (await import("../native/check-replica.ts")).checkReplica,
};

/** What a task comes to: plain data. */
export async function perform(task: Task, io: SyncIo): Promise<unknown> {
  return (await TASKS[task.operation]())(task, io);
}
