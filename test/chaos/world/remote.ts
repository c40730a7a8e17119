import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startServer, type TestServer } from "../../parts/server.ts";
import type { WorldFault } from "../draw/faults.ts";
import { copyDatabaseFiles, removeDatabase } from "./server-files.ts";

/** When the database became another one: what was on it alone before is lost with it. */
export interface Upheaval {
  readonly startedAt: number;
  readonly endedAt: number;
}

/** The real server at one address, and all that happens to it. One thing at a time; requests meanwhile find it as it is. */
export class Remote {
  readonly url: string;
  readonly upheavals: Upheaval[] = [];
  readonly #file: string;
  readonly #port: number;
  #server: TestServer;
  #work: Promise<void> = Promise.resolve();
  #failure: unknown;

  private constructor(server: TestServer) {
    this.#server = server;
    this.url = server.url;
    this.#file = server.file;
    this.#port = server.port;
  }

  static async start(file: string): Promise<Remote> {
    return new Remote(await startServer({ file }));
  }

  /** Does to the server what the fault says, after everything else that is under way; `settled` tells of its end. */
  strike(fault: WorldFault): void {
    this.#next(async () => {
      switch (fault.kind) {
        case "server-pause":
          this.#server.pause();
          await sleep(fault.downMs);
          this.#server.resume();
          return;
        case "recreate":
          return this.#replace(fault.downMs, () => removeDatabase(this.#file));
        case "restore":
          return this.#replace(fault.downMs, async () => {
            await removeDatabase(this.#file);
            await copyDatabaseFiles(this.#backup, this.#file);
          });
        default:
          return this.#restart(fault.downMs);
      }
    });
  }

  /** For a later `restore`. */
  backUp(): void {
    this.#next(() => this.#restart(0, () => copyDatabaseFiles(this.#file, this.#backup)));
  }

  /** Resolves when nothing happens to the server any more and it answers. */
  async settled(): Promise<void> {
    await this.#work;
    if (this.#failure !== undefined) throw new Error("The server could not be brought back", { cause: this.#failure });
  }

  async stop(): Promise<void> {
    await this.#work;
    this.#server.resume();
    await this.#server.stop();
  }

  get #backup(): string {
    return join(dirname(this.#file), "older-copy.db");
  }

  async #replace(downMs: number, change: () => Promise<void>): Promise<void> {
    const startedAt = performance.now();
    await this.#restart(downMs, change);
    this.upheavals.push({ startedAt, endedAt: performance.now() });
  }

  async #restart(downMs: number, meanwhile: () => Promise<void> = async () => undefined): Promise<void> {
    this.#server.kill();
    await this.#server.stop();
    await meanwhile();
    await sleep(downMs);
    this.#server = await startServer({ file: this.#file, port: this.#port });
  }

  #next(work: () => Promise<void>): void {
    this.#work = this.#work.then(work).catch((error: unknown) => {
      this.#failure ??= error;
    });
  }
}
