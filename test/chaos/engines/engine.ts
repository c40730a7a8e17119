import type { CommandName } from "../draw/faults.ts";
import type { CommandEnd, CommandOptions, RunningCommand } from "../jobs/command.ts";
import type { Finish } from "../jobs/finish.ts";
import type { Job } from "../jobs/job.ts";

/** What one command is to do, whichever engine does it. */
export interface CommandTask {
  readonly name: CommandName;
  /** Flags of ours beyond those that every command has. */
  readonly flags: readonly string[];
  readonly url: string;
  readonly token: string;
  readonly timeoutSeconds: number;
  /** A folder for files that are no part of the machine: its disk may be full. */
  readonly notes: string;
  /** Where each push puts what takes it back; null: nobody takes anything back. */
  readonly undoDirectory: string | null;
  /** The writer's task, where the command runs one. */
  readonly writerTask: string | null;
}

/** Who brings the database in and out: ours, or the official client for comparison. */
export interface Engine {
  readonly name: "http" | "agentfs-raw";
  /** The working copy, in a machine's folder. */
  workingCopy(dir: string): string;
  command(task: CommandTask, options: CommandOptions): RunningCommand;
  writer(writerTask: string, task: Pick<CommandTask, "url" | "token" | "notes">, options: CommandOptions): RunningCommand;
  /** Whether it said that all that had been written is on the remote. */
  saysPushed(end: CommandEnd): boolean;
  /** Whether an end cannot be explained by any fault of ours. */
  isUnexpected(end: CommandEnd): boolean;
  /** The end of a machine when the faults are over. */
  finish(job: Job, notes: string, elsewhere: (name: string) => Promise<Job>): Promise<Finish>;
}
