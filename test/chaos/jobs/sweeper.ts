import { type Machine, machine } from "../../parts/machine.ts";
import { writePlainly } from "../../parts/plain-writer.ts";
import { remoteSql } from "../../parts/remote-sql.ts";
import { digestOf, type JournalledWrite } from "../writer/journal.ts";

/** Another pusher, which takes every reservation for one whose lease is over. It writes one file, key and call each time. */
export class Sweeper {
  readonly writes: JournalledWrite[] = [];
  readonly #url: string;
  readonly #dir: string;
  #machine: Machine | undefined;

  constructor(url: string, dir: string) {
    this.#url = url;
    this.#dir = dir;
  }

  /** A server that is away just now leaves its write for `finish`. */
  async sweep(): Promise<void> {
    this.#machine ??= await machine(this.#url, { timeoutSeconds: 3 }, this.#dir);
    const pulled = await this.#machine.run("sync");
    if (!pulled.ok) return;
    const name = `sweeper-${this.writes.length}`;
    writePlainly(this.#machine.db, name);
    const things = [
      { kind: "file", name: `/${name}`, digest: digestOf(name) },
      { kind: "key", name, digest: digestOf(JSON.stringify(name)) },
      { kind: "call", name, digest: "" },
    ] as const;
    this.writes.push(...things.map((made) => ({ id: `${name}-${made.kind}`, made, replaced: null, isDone: true })));
    try {
      await remoteSql(this.#url, [{ sql: "UPDATE agentfs_sync_reservation SET lease_until = 1" }]);
    } catch {
      // Gone between the two: then nothing is swept.
    }
    await this.#machine.run("push");
  }

  async finish(): Promise<readonly string[]> {
    if (this.#machine === undefined) return [];
    const { error } = await this.#machine.run("push", { timeoutSeconds: 10, allow: ["remote-replaced"] });
    return error === null ? [] : [`the sweeper's push: ${error.code}: ${error.message}`];
  }
}
