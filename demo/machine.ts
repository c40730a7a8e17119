import { mkdir, readFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Running, start } from "./processes.ts";
import type { Write } from "./writes.ts";

/** Paths of the programs that the demo starts. */
export const COMMAND = fileURLToPath(new URL("../packages/cli/dist/main.js", import.meta.url));
const agentProgram = (name: string) => fileURLToPath(new URL(`agents/${name}`, import.meta.url));

/** A CI machine: a folder of its own, empty at first, and nothing else that the others have. */
export class Machine {
  readonly name: string;
  readonly #folder: string;
  readonly #remoteUrl: string;

  private constructor(name: string, folder: string, remoteUrl: string) {
    this.name = name;
    this.#folder = folder;
    this.#remoteUrl = remoteUrl;
  }

  static async fresh(name: string, inside: string, remoteUrl: string): Promise<Machine> {
    const folder = join(inside, `machine-${name}`);
    await mkdir(folder);
    return new Machine(name, folder, remoteUrl);
  }

  /** Runs an agent program as a CI job would: `agentfs-sync run -- node <program>`. */
  run(program: string, ...args: readonly string[]): Running {
    console.log(`  ${this.name} | $ agentfs-sync run -- node ${[program, ...args].join(" ")}`);
    const command = [process.execPath, agentProgram(program), this.#notes, ...args];
    return start(process.execPath, [COMMAND, "run", "--", ...command], {
      name: `Machine ${this.name}`,
      cwd: this.#folder,
      env: { ...plainEnvironment(this.#folder), AGENTFS_SYNC_AGENT: "my-agent", AGENTFS_SYNC_REMOTE_URL: this.#remoteUrl },
      say: (line) => console.log(`  ${this.name} |   ${line}`),
    });
  }

  /** What the agent program noted: what it wrote, or found. */
  async notes(): Promise<readonly Write[]> {
    return JSON.parse(await readFile(this.#notes, "utf8"));
  }

  get #notes(): string {
    return join(this.#folder, "notes.json");
  }
}

/** Nothing of the caller's CI, remotes or tokens; temporary files go to `folder`, because the server leaves some behind. */
export function plainEnvironment(folder: string): NodeJS.ProcessEnv {
  const { PATH = "", HOME } = process.env;
  return { PATH: [dirname(process.execPath), PATH].join(delimiter), HOME, TMPDIR: folder };
}
