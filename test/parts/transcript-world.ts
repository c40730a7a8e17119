import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { type Answer, type Fault, startProxy } from "./proxy.ts";
import { cleanEnv } from "./run-child.ts";
import { startServer } from "./server.ts";
import { makeTempDir } from "./temp.ts";
import type { Transcript } from "./transcripts.ts";

/** What a run came to, in the form of its transcript. */
export type Replayed = Pick<Transcript, "stdout" | "stderr" | "exitCode" | "signal" | "files">;

/** What the recording proxy answered under the name of each status. */
const BODIES: Readonly<Record<string, string>> = {
  401: '{"error":"Unauthorized: invalid token"}',
  403: '{"error":"forbidden"}',
  404: '{"error":"database not found"}',
  429: "slow down",
  500: "boom",
  502: "<html>bad gateway</html>",
  503: "",
};

/** In which folder a run was made, by its name; what is not listed stays where the run before it was. */
const FOLDERS: Readonly<Record<string, string>> = {
  version: "local",
  "init-remote-empty": "first",
  "init-remote-existing": "second",
  "pull-first-sees-second": "first",
  "fs-write-conflict-2": "second",
  "push-conflict-1": "first",
  "push-conflict-2": "second",
  "pull-without-token": "first",
  "init-partial": "partial",
  "init-partial-prefetch-needs-value": "usage",
  "pull-wal-removed": "partial",
  "plain-copy-ls": "plain",
  "init-before-hang": "hang",
  "fs-ls-corrupt": "corrupt",
};

/** Where the recorded runs took place: a server, a proxy that makes faults, and folders that they left to one another. */
export class TranscriptWorld {
  readonly #program: string;
  readonly #root: string;
  readonly #url: string;
  readonly #setFault: (fault: Fault | undefined) => void;
  #folder = "local";

  private constructor(program: string, root: string, url: string, setFault: (fault: Fault | undefined) => void) {
    this.#program = program;
    this.#root = root;
    this.#url = url;
    this.#setFault = setFault;
  }

  static async start(program: string): Promise<TranscriptWorld> {
    let current: Fault | undefined;
    const proxy = await startProxy({ upstream: (await startServer()).url, fault: () => current });
    return new TranscriptWorld(program, await makeTempDir(), proxy.url, (fault) => {
      current = fault;
    });
  }

  /** Makes one run again, after those before it. */
  async replay(run: Transcript): Promise<Replayed> {
    await this.#prepare(run.name);
    const { port } = new URL(this.#url);
    const argv = run.argv.map((arg) => arg.replace("<port>", port).replace("127.0.0.1:19010", `127.0.0.1:${port}`));
    const token = run.env.includes("TURSO_DB_AUTH_TOKEN") ? { TURSO_DB_AUTH_TOKEN: "token" } : {};
    const child = spawn(this.#program, argv, {
      cwd: this.#cwd(),
      env: { ...cleanEnv(), ...token },
      stdio: ["ignore", "pipe", "pipe"],
    });
    // It is silent for ever after its first line: that is when the recorder's patience ended.
    const { signal } = run;
    if (signal !== null) child.stderr.once("data", () => child.kill(signal));
    const [[exitCode, endedBy], stdout, stderr] = await Promise.all([
      once(child, "close") as Promise<[number | null, NodeJS.Signals | null]>,
      buffer(child.stdout),
      buffer(child.stderr),
    ]);
    return { exitCode, signal: endedBy, stdout: String(stdout), stderr: String(stderr), files: await this.#files() };
  }

  #cwd(folder = this.#folder): string {
    return join(this.#root, folder);
  }

  async #files(): Promise<string[]> {
    const names = await readdir(join(this.#cwd(), ".agentfs")).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return [];
      throw error;
    });
    return names.sort();
  }

  async #prepare(name: string): Promise<void> {
    this.#folder = FOLDERS[name] ?? (isOnItsOwn(name) ? name : this.#folder);
    await mkdir(this.#cwd(), { recursive: true });
    this.#setFault(faultOf(name));
    const agentFolder = join(this.#cwd(), ".agentfs");
    if (name === "pull-wal-removed") await rm(join(agentFolder, "a.db-wal"));
    if (name === "plain-copy-ls") {
      await mkdir(agentFolder);
      for (const file of ["a.db", "a.db-wal"]) await cp(join(this.#cwd("second"), ".agentfs", file), join(agentFolder, file));
    }
    if (name === "fs-ls-corrupt") {
      await mkdir(agentFolder);
      // Bytes 16 and 17 are where a database says how large its pages are.
      await writeFile(join(agentFolder, "a.db"), `${"this is not a data".padEnd(4096, "x")}`);
    }
  }
}

/** Runs that began in an empty folder: those against a fault, and the `init` from which the runs after it go on. */
function isOnItsOwn(name: string): boolean {
  return /^init-(http|before)-\d+$|^init-(connection|dns|tls|bad-url|libsql)/.test(name);
}

function faultOf(name: string): Fault | undefined {
  const status = /^(?:init|pull|push)-http-(\d+)$/.exec(name)?.[1];
  if (status !== undefined) return { status: Number(status), body: BODIES[status] ?? "" } satisfies Answer;
  return /^pull-hang/.test(name) ? { silent: true } : undefined;
}
