import fc from "fast-check";
import type { AgentOp } from "./agent.ts";

/** One step as it is drawn: places and things are chosen by number, and a step that makes no sense where it comes is left out. */
export interface Step {
  readonly does: (typeof STEPS)[number];
  readonly at: number;
  readonly to: number;
  readonly sizeBytes: number;
}

const STEPS = ["write", "write", "mkdir", "rename", "rename", "unlink", "rm", "link", "set", "forget", "call"] as const;
/** A file may stand where a directory stood, and the other way round. */
const PLACES = ["a", "b", "c", "d", "d/a", "d/b", "d/e", "d/e/a", "f", "f/a"] as const;
const SIZES_BYTES = [0, 1, 300, 4095, 4096, 4097, 9000] as const;

const place = fc.nat(PLACES.length - 1);
export const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.record({ does: fc.constantFrom(...STEPS), at: place, to: place, sizeBytes: fc.constantFrom(...SIZES_BYTES) }),
  { minLength: 1, maxLength: 12 },
);

/** A file; hard links are several paths to one object. */
interface FileModel {
  bytes: Buffer;
}

/** What one writer has in its own directory, under its own keys, and in the log: plain maps, nothing of the engine. */
export class WriterModel {
  readonly home: string;
  readonly files = new Map<string, FileModel>();
  readonly directories = new Set<string>();
  readonly keys = new Map<string, unknown>();
  readonly calls: string[] = [];
  #counter = 0;

  constructor(name: string) {
    this.home = `/${name}`;
    this.directories.add(this.home);
  }

  /** Does the steps here, and gives them as operations for a real agent. */
  perform(program: readonly Step[]): AgentOp[] {
    return program.flatMap((step) => this.#perform(step));
  }

  #perform({ does, at, to, sizeBytes }: Step): AgentOp[] {
    const [path, target] = [this.#path(at), this.#path(to)];
    const key = `${this.home.slice(1)}:${at}`;
    switch (does) {
      case "write":
        return this.#canHold(path) && !this.directories.has(path) ? this.#write(path, sizeBytes) : [];
      case "mkdir":
        if (!this.#canHold(path) || this.#exists(path)) return [];
        this.directories.add(path);
        return [{ op: "mkdir", path }];
      case "rename":
        return this.#rename(path, target);
      case "unlink":
        return this.files.delete(path) ? [{ op: "unlink", path }] : [];
      case "rm":
        if (!this.directories.has(path)) return [];
        this.#forgetBelow(path);
        return [{ op: "rm", path, recursive: true }];
      case "link": {
        const file = this.files.get(path);
        if (file === undefined || !this.#canHold(target) || this.#exists(target)) return [];
        this.files.set(target, file);
        return [{ op: "link", from: path, to: target }];
      }
      case "set":
        this.keys.set(key, { n: ++this.#counter });
        return [{ op: "kvSet", key, value: this.keys.get(key) }];
      case "forget":
        return this.keys.delete(key) ? [{ op: "kvDelete", key }] : [];
      case "call": {
        const name = `${key}#${++this.#counter}`;
        this.calls.push(name);
        return [{ op: "toolRecord", name, startedAt: 1000, completedAt: 1001 }];
      }
    }
  }

  #write(path: string, sizeBytes: number): AgentOp[] {
    const bytes = Buffer.alloc(sizeBytes, `${path} ${++this.#counter} `);
    const file = this.files.get(path);
    if (file === undefined) this.files.set(path, { bytes });
    else file.bytes = bytes;
    return [{ op: "writeFile", path, base64: bytes.toString("base64") }];
  }

  #rename(from: string, to: string): AgentOp[] {
    const isDirectory = this.directories.has(from);
    if (!this.#exists(from) || from === to || !this.#canHold(to) || this.directories.has(to)) return [];
    if (isDirectory && (this.files.has(to) || to.startsWith(`${from}/`))) return [];
    // Two names of one file: POSIX does nothing then.
    if (this.files.has(to) && this.files.get(to) === this.files.get(from)) return [];
    const moved = (path: string) => to + path.slice(from.length);
    const isInside = (path: string) => path === from || path.startsWith(`${from}/`);
    for (const [path, file] of [...this.files]) {
      if (!isInside(path)) continue;
      this.files.delete(path);
      this.files.set(moved(path), file);
    }
    for (const path of [...this.directories]) {
      if (isInside(path) && this.directories.delete(path)) this.directories.add(moved(path));
    }
    return [{ op: "rename", from, to }];
  }

  #forgetBelow(directory: string): void {
    const isInside = (path: string) => path === directory || path.startsWith(`${directory}/`);
    for (const path of [...this.files.keys()]) if (isInside(path)) this.files.delete(path);
    for (const path of [...this.directories]) if (isInside(path)) this.directories.delete(path);
  }

  #path(index: number): string {
    return `${this.home}/${PLACES[index]}`;
  }

  #exists(path: string): boolean {
    return this.files.has(path) || this.directories.has(path);
  }

  #canHold(path: string): boolean {
    return this.directories.has(path.slice(0, path.lastIndexOf("/")));
  }
}

/** What all writers together must leave behind, in the form of a listing. */
export function together(writers: readonly WriterModel[]) {
  const files = writers.flatMap((writer) => [...writer.files]);
  const byFile = Map.groupBy(files, ([, file]) => file);
  const links = [...byFile.values()].filter((same) => same.length > 1).map((same) => same.map(([path]) => path).sort());
  return {
    files: Object.fromEntries(files.map(([path, { bytes }]) => [path, bytes.toString("base64")])),
    directories: writers.flatMap((writer) => [...writer.directories]).sort(),
    hardLinks: links.sort(),
    keys: Object.fromEntries(writers.flatMap((writer) => [...writer.keys])),
    calls: writers.flatMap((writer) => writer.calls).sort(),
  };
}
