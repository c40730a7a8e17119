import { createHash } from "node:crypto";
import { appendFileSync, existsSync, readFileSync } from "node:fs";

/** A content under a name: a file's path, a key, or a tool call's name (without content). */
export interface Thing {
  readonly kind: "file" | "key" | "call";
  readonly name: string;
  /** SHA-256 of the content; empty for a tool call. */
  readonly digest: string;
}

/** One write, as its writer saw it: what there is after it, and what it found there and changed. */
export interface JournalEntry {
  readonly id: string;
  /** Null: removed. */
  readonly made: Thing | null;
  readonly replaced: Thing | null;
}

interface Line extends JournalEntry {
  readonly state: "begun" | "done";
}

/** `isDone` is false for a write whose writer was killed or failed in it: it may have happened or not. */
export interface JournalledWrite extends JournalEntry {
  readonly isDone: boolean;
}

/** What one writer process wrote, beside the database and independent of it: a line before each write, and one after. */
export class Journal {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  begun(entry: JournalEntry): void {
    this.#add({ ...entry, state: "begun" });
  }

  done(entry: JournalEntry): void {
    this.#add({ ...entry, state: "done" });
  }

  #add(line: Line): void {
    appendFileSync(this.#path, `${JSON.stringify(line)}\n`);
  }
}

export function readJournal(path: string): JournalledWrite[] {
  if (!existsSync(path)) return [];
  // A line that a killed writer did not end was not begun with: the write follows the line.
  const whole = readFileSync(path, "utf8").split("\n").slice(0, -1);
  const lines = whole.map((line) => JSON.parse(line) as Line);
  const done = new Set(lines.filter(({ state }) => state === "done").map(({ id }) => id));
  return lines
    .filter(({ state }) => state === "begun")
    .map(({ state: _, ...entry }) => ({ ...entry, isDone: done.has(entry.id) }));
}

export const digestOf = (content: string | Uint8Array): string => createHash("sha256").update(content).digest("hex");
