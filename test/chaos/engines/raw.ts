import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { replicaPath } from "../../parts/native.ts";
import type { CommandName } from "../draw/faults.ts";
import { type CommandOptions, startProgram } from "../jobs/command.ts";
import type { CommandTask, Engine } from "./engine.ts";
import type { RawPhase, RawTask } from "./raw-child.ts";

const CHILD = fileURLToPath(new URL("raw-child.ts", import.meta.url));

const PHASES = {
  pull: ["pull"],
  push: ["push"],
  sync: ["push", "pull"],
  run: ["pull", "write", "push"],
  // It has none.
  revert: [],
} as const satisfies Record<CommandName, readonly RawPhase[]>;

let count = 0;

type Place = Pick<CommandTask, "url" | "token" | "notes">;

function start(phases: readonly RawPhase[], writerTask: string | null, { url, token, notes }: Place, options: CommandOptions) {
  const task: RawTask = { db: replicaPath(options.cwd), url, token, phases, writerTask };
  const file = join(notes, `raw-task-${count++}.json`);
  writeFileSync(file, JSON.stringify(task));
  return startProgram([CHILD, file], options, () => null);
}

/** The official `@tursodatabase/sync`, used as its documentation says: the agent writes to its replica, through it. */
export const raw: Engine = {
  name: "agentfs-raw",
  workingCopy: replicaPath,
  command: (task, options) => start(PHASES[task.name], task.writerTask, task, options),
  writer: (writerTask, place, options) => start(["write"], writerTask, place, options),
  saysPushed: ({ exitCode }) => exitCode === 0,
  isUnexpected: () => false,
  finish: async (job) => {
    if (!existsSync(job.workingCopy)) return { how: "nothing", rescued: 0, problems: [] };
    const last = job.lastOfItsOwn;
    if (job.plan.end === "gone" && last?.end.exitCode === 0) return { how: "gone", rescued: 0, problems: [] };
    // Whatever it says: what was lost shows on the remote.
    for (let tries = 0; tries < 3; tries++) if ((await job.command("sync", [])).exitCode === 0) break;
    return { how: "pushed", rescued: 0, problems: [] };
  },
};
