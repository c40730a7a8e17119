import type { Write } from "../draw/program.ts";
import type { Hands } from "./hands.ts";
import { digestOf, type Journal, type JournalEntry, type Thing } from "./journal.ts";

/** What makes the contents of one writer unlike any other's. */
export interface Author {
  readonly job: number;
  /** Of the whole run. */
  readonly salt: string;
}

/** Does the writes in order, each between two lines of the journal. One that finds nothing to change is left out. */
export async function performAll(hands: Hands, writes: readonly Write[], author: Author, journal: Journal): Promise<void> {
  for (const write of writes) {
    const step = await prepare(hands, write, author);
    if (step === null) continue;
    const entry = { id: write.id, made: step.made, replaced: step.replaced };
    journal.begun(entry);
    await step.go();
    journal.done(entry);
  }
}

interface Prepared extends Omit<JournalEntry, "id"> {
  readonly go: () => Promise<void>;
}

async function prepare(hands: Hands, write: Write, author: Author): Promise<Prepared | null> {
  const { job } = author;
  switch (write.op) {
    case "create":
      return putFile(
        hands,
        `${write.folder.replace("own", `of-${job}`)}/${write.id}.txt`,
        content(write, author, write.sizeBytes),
      );
    case "shared-file":
      return putFile(hands, "/shared.txt", content(write, author, 60));
    case "append":
    case "rewrite":
    case "rename":
    case "delete": {
      const path = nth((await hands.files()).filter(isOwnFile(job)), write.which);
      return path === undefined ? null : changeFile(hands, path, write, author);
    }
    case "key":
      return putKey(hands, write.id, content(write, author, write.sizeBytes));
    case "shared-key":
      return putKey(hands, "shared", content(write, author, 60));
    case "key-change":
    case "key-delete": {
      const key = nth([...(await hands.keys()).keys()].filter(isOwnKey(job)), write.which);
      if (key === undefined) return null;
      return write.op === "key-change" ? putKey(hands, key, content(write, author, write.sizeBytes)) : dropKey(hands, key);
    }
    case "call":
      return { made: { kind: "call", name: write.id, digest: "" }, replaced: null, go: () => hands.call(write.id) };
  }
}

type FileChange = Write & { readonly op: "append" | "rewrite" | "rename" | "delete" };

async function changeFile(hands: Hands, path: string, write: FileChange, author: Author): Promise<Prepared> {
  const before = await hands.read(path);
  const replaced = fileThing(path, before);
  switch (write.op) {
    case "append": {
      const more = content(write, author, write.sizeBytes);
      return { made: fileThing(path, Buffer.concat([before, more])), replaced, go: () => hands.append(path, more) };
    }
    case "rewrite":
      return putFile(hands, path, content(write, author, write.sizeBytes));
    case "rename": {
      const to = path.replace(/[^/]+$/, `${write.id}.txt`);
      return { made: fileThing(to, before), replaced, go: () => hands.rename(path, to) };
    }
    case "delete":
      return { made: null, replaced, go: () => hands.remove(path) };
  }
}

async function putFile(hands: Hands, path: string, bytes: Buffer): Promise<Prepared> {
  const isThere = (await hands.files()).includes(path);
  const replaced = isThere ? fileThing(path, await hands.read(path)) : null;
  return { made: fileThing(path, bytes), replaced, go: () => hands.write(path, bytes) };
}

async function putKey(hands: Hands, key: string, bytes: Buffer): Promise<Prepared> {
  const before = (await hands.keys()).get(key);
  const value = JSON.stringify(bytes.toString());
  return {
    made: keyThing(key, value),
    replaced: before === undefined ? null : keyThing(key, before),
    go: () => hands.setKey(key, value),
  };
}

async function dropKey(hands: Hands, key: string): Promise<Prepared> {
  const before = (await hands.keys()).get(key) ?? "";
  return { made: null, replaced: keyThing(key, before), go: () => hands.removeKey(key) };
}

const fileThing = (name: string, bytes: Buffer): Thing => ({ kind: "file", name, digest: digestOf(bytes) });
const keyThing = (name: string, value: string): Thing => ({ kind: "key", name, digest: digestOf(value) });

/** Of one job's own, and under the name that it gave: not what a conflict put beside it. */
const isOwnFile = (job: number) => (path: string) => new RegExp(`/j${job}-[rw0-9-]+\\.txt$`).test(path);
const isOwnKey = (job: number) => (key: string) => new RegExp(`^j${job}-[rw0-9-]+$`).test(key);

const nth = (names: readonly string[], which: number): string | undefined => names.toSorted()[which % Math.max(1, names.length)];

/** Unlike any other, in each of its chunks: a chunk in the wrong place does not go unseen. */
function content({ id }: Write, { salt }: Author, sizeBytes: number): Buffer {
  let text = "";
  for (let line = 0; text.length < sizeBytes; line++) text += `write ${id} of ${salt}, line ${line}\n`;
  return Buffer.from(text.slice(0, Math.max(sizeBytes, `write ${id} of ${salt}`.length)));
}
