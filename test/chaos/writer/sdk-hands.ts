import { type OpenAgent, perform } from "../../parts/agent-ops.ts";
import { type Hands, splitPath } from "./hands.ts";

/** The real SDK on an open database: it writes a file in several commits, so that a kill may leave half of one. */
export class SdkHands implements Hands {
  readonly #agent: OpenAgent;
  readonly #close: () => Promise<void>;

  constructor(agent: OpenAgent, close: () => Promise<void>) {
    this.#agent = agent;
    this.#close = close;
  }

  async files(): Promise<readonly string[]> {
    const { fs } = this.#agent;
    const found: string[] = [];
    for (const folder of [""]) {
      for (const name of await fs.readdir(folder === "" ? "/" : folder)) {
        const path = `${folder}/${name}`;
        if ((await fs.lstat(path)).isFile()) found.push(path);
        else found.push(...(await fs.readdir(path)).map((below) => `${path}/${below}`));
      }
    }
    return found;
  }

  async read(path: string): Promise<Buffer> {
    return this.#agent.fs.readFile(path);
  }

  async write(path: string, content: Buffer): Promise<void> {
    const { fs } = this.#agent;
    const [folder] = splitPath(path);
    if (folder !== "" && !(await fs.readdir("/")).includes(folder.slice(1))) await fs.mkdir(folder);
    await fs.writeFile(path, content);
  }

  async append(path: string, content: Buffer): Promise<void> {
    await perform(this.#agent, { op: "append", path, base64: content.toString("base64") });
  }

  async rename(from: string, to: string): Promise<void> {
    await this.#agent.fs.rename(from, to);
  }

  async remove(path: string): Promise<void> {
    await this.#agent.fs.unlink(path);
  }

  async keys(): Promise<ReadonlyMap<string, string>> {
    const found = await this.#agent.kv.list("");
    return new Map(found.map(({ key, value }) => [key, JSON.stringify(value)]));
  }

  async setKey(key: string, value: string): Promise<void> {
    await this.#agent.kv.set(key, JSON.parse(value));
  }

  async removeKey(key: string): Promise<void> {
    await this.#agent.kv.delete(key);
  }

  async call(name: string): Promise<void> {
    await this.#agent.tools.record(name, 1, 2);
  }

  async close(): Promise<void> {
    await this.#close();
  }
}
