import { existsSync } from "node:fs";
import { cp, mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { COMPILED_ONCE } from "../../parts/run-child.ts";
import { gate } from "../../parts/traffic.ts";
import type { CommandFault, CommandName } from "../draw/faults.ts";
import type { RevertPlan } from "../draw/reverts.ts";
import type { JobPlan, RoundPlan } from "../draw/schedule.ts";
import type { Engine } from "../engines/engine.ts";
import { type Gateway, tokenOf } from "../world/gateway.ts";
import { type JournalledWrite, readJournal } from "../writer/journal.ts";
import type { WriterTask } from "../writer/writer-child.ts";
import { arm, type Surroundings } from "./arm.ts";
import { AGENT, type CommandEnd, startCommand } from "./command.ts";
import { Disk } from "./disk.ts";

/** No hang is over before these are: what a command may take beyond its own deadline, and what a writer may take. */
const GRACE_MS = 5000;
const WRITER_MS = 20_000;

const UNDO_NAME = new RegExp(`^${AGENT}-(\\d+)\\.undo$`);

/** One process of a job, with the journal of the writer in it. */
export interface Step {
  readonly name: CommandName | "writer";
  readonly end: CommandEnd;
  readonly writes: readonly JournalledWrite[];
}

export interface JobWorld {
  readonly engine: Engine;
  readonly gateway: Gateway;
  readonly timeoutSeconds: number;
  readonly salt: string;
  /** Where journals and tasks of writers lie, which no fault strikes. */
  readonly notes: string;
  /** The folder of the undo bundles, which the CI of all jobs keeps; null: nobody takes anything back. */
  readonly undoDirectory: string | null;
  readonly around: Omit<Surroundings, "disk">;
}

/** Files of a writer that a command starts. */
interface Writer {
  readonly task: string;
  readonly journal: string;
}

/** One CI machine with its folder, and what happens in it until the faults are over. */
export class Job {
  readonly plan: JobPlan;
  readonly dir: string;
  readonly steps: Step[] = [];
  readonly rescues: CommandEnd[] = [];
  readonly #world: JobWorld;
  readonly #copied = gate();
  #disk: Disk | null = null;
  #isCopied = false;
  #source: Job | null = null;

  constructor(plan: JobPlan, dir: string, world: JobWorld) {
    this.plan = plan;
    this.dir = dir;
    this.#world = world;
  }

  get workingCopy(): string {
    return this.#world.engine.workingCopy(this.dir);
  }

  /** Whether its folder was copied, or is a copy: then what it did may have been done twice, each time for good reason. */
  get isCopied(): boolean {
    return this.#isCopied || this.plan.copyOf !== null;
  }

  /** The SDK writes a file in several commits; only a writer that was killed leaves halves, here or where the folder was copied from. */
  get mayBeTorn(): boolean {
    const isHalf = this.plan.writer === "sdk" && this.steps.some(({ writes }) => writes.some(({ isDone }) => !isDone));
    return isHalf || this.#source?.mayBeTorn === true;
  }

  /** What came last of pulls, writers and pushes: a revert says nothing of what this machine still has to push. */
  get lastOfItsOwn(): Step | undefined {
    return this.steps.findLast(({ name }) => name !== "revert");
  }

  /** `copies` are the jobs that start with a copy of this one's folder. */
  async work(copies: readonly Job[]): Promise<void> {
    const needsDisk = this.plan.rounds.some(({ faults }) =>
      faults.some(({ kind }) => kind === "disk-full" || kind === "disk-fails" || kind === "read-only"),
    );
    await mkdir(this.dir, { recursive: true });
    if (needsDisk) this.#disk = await Disk.mount(this.dir);
    if (this.plan.copyOf !== null) await this.#copied.opened;
    for (const [index, round] of this.plan.rounds.entries()) {
      await this.#round(round);
      if (index === 0) await Promise.all(copies.map((copy) => this.#copyTo(copy)));
      if (round.revert !== null) await this.revert(round.revert);
    }
  }

  async #copyTo(other: Job): Promise<void> {
    this.#isCopied = true;
    other.#source = this;
    while (!existsSync(other.dir)) await sleep(5);
    await cp(this.dir, other.dir, { recursive: true, preserveTimestamps: true });
    other.#copied.open();
  }

  async #round(round: RoundPlan): Promise<void> {
    await sleep(round.pauseMs);
    const task = join(this.#world.notes, `task-${this.plan.job}-${this.steps.length}.json`);
    const journal = `${task}.journal`;
    const content: WriterTask = {
      hands: this.plan.writer,
      db: this.workingCopy,
      journal,
      author: { job: this.plan.job, salt: this.#world.salt },
      writes: round.program,
    };
    await writeFile(task, JSON.stringify(content));
    const onUnpushed = round.setsAside ? ["--on-unpushed", "set-aside"] : [];
    const faultOf = (name: CommandName) => round.faults.find(({ command }) => command === name);
    switch (round.style) {
      case "run":
        await this.command("run", onUnpushed, faultOf("run"), { task, journal });
        return;
      case "steps":
        await this.command("pull", onUnpushed, faultOf("pull"));
        if (existsSync(this.workingCopy)) {
          await this.#write(task, journal);
          await this.command("push", [], faultOf("push"));
        }
        return;
      case "sync":
        if (existsSync(this.workingCopy)) await this.#write(task, journal);
        await this.command("sync", onUnpushed, faultOf("sync"));
    }
  }

  /** Takes one of the newest pushes back; null if there is none yet. */
  async revert({ by, back, conflict, fault }: RevertPlan): Promise<CommandEnd | null> {
    const { undoDirectory } = this.#world;
    if (undoDirectory === null || !existsSync(undoDirectory)) return null;
    const sequences = (await readdir(undoDirectory)).flatMap((name) => UNDO_NAME.exec(name)?.[1] ?? []);
    const sequence = sequences.toSorted((a, b) => Number(b) - Number(a))[back % Math.max(1, sequences.length)];
    if (sequence === undefined) return null;
    const what = by === "sequence" ? sequence : join(undoDirectory, `${AGENT}-${sequence}.undo`);
    return this.command("revert", [what, "--conflict", conflict], fault ?? undefined);
  }

  async #write(task: string, journal: string): Promise<void> {
    const { engine, gateway } = this.#world;
    gateway.setHook(this.plan.job, () => undefined);
    const options = { cwd: this.dir, env: { ...COMPILED_ONCE }, mostMs: WRITER_MS };
    const end = await engine.writer(task, { url: gateway.url, token: tokenOf(this.plan.job), notes: this.#world.notes }, options)
      .ended;
    // Nothing strikes it; the official client alone needs its server for that.
    if (end.exitCode !== 0 && engine.name === "http")
      throw new Error(`A writer that nothing struck failed:
${end.stderr}`);
    this.steps.push({ name: "writer", end, writes: readJournal(journal) });
  }

  /** Runs the command in this folder, with its fault. */
  async command(name: CommandName, flags: readonly string[], fault?: CommandFault, writer?: Writer): Promise<CommandEnd> {
    const { engine, gateway, timeoutSeconds, around } = this.#world;
    const armed = arm(fault, { ...around, disk: this.#disk });
    gateway.setHook(this.plan.job, armed.hook);
    await armed.before();
    const mostMs = timeoutSeconds * 1000 + GRACE_MS;
    const task = {
      name,
      flags,
      url: gateway.url,
      token: tokenOf(this.plan.job),
      timeoutSeconds,
      notes: this.#world.notes,
      undoDirectory: this.#world.undoDirectory,
      writerTask: writer?.task ?? null,
    };
    const running = engine.command(task, {
      cwd: this.dir,
      env: { ...COMPILED_ONCE, ...armed.env },
      mostMs: name === "run" ? mostMs + timeoutSeconds * 1000 + GRACE_MS : mostMs,
    });
    armed.started(running);
    const end = await running.ended;
    await armed.after();
    this.steps.push({ name, end, writes: writer === undefined ? [] : readJournal(writer.journal) });
    return end;
  }

  /** `rescue …`, which needs no fault to be tried. */
  async rescue(...args: readonly string[]): Promise<CommandEnd> {
    const { gateway, timeoutSeconds } = this.#world;
    gateway.setHook(this.plan.job, () => undefined);
    const local = args[0] !== "push";
    const remote = ["--remote-url", gateway.url, "--timeout-seconds", String(timeoutSeconds)];
    const flags = ["--agent", AGENT, "--json", ...(local ? [] : remote)];
    const end = await startCommand(["rescue", ...args, ...flags], {
      cwd: this.dir,
      env: { TURSO_DB_AUTH_TOKEN: tokenOf(this.plan.job), ...COMPILED_ONCE },
      mostMs: timeoutSeconds * 1000 + GRACE_MS,
    }).ended;
    this.rescues.push(end);
    return end;
  }

  /** Whether something is kept that could not be pushed or was set aside. */
  async keepsBundles(): Promise<boolean> {
    const folder = join(this.dir, ".agentfs", ".sync", AGENT, "pending");
    return existsSync(folder) && (await readdir(folder)).length > 0;
  }

  async remove(): Promise<void> {
    await this.#disk?.unmount();
    await rm(this.dir, { recursive: true, force: true, maxRetries: 3 });
  }
}
