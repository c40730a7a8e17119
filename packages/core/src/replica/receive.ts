import { type FileHandle, open, rm } from "node:fs/promises";
import { SyncError } from "../errors.ts";
import { PAGE_SIZE_BYTES, type PageStream } from "../remote/pages.ts";
import { cloneFile } from "./files.ts";
import { Database, quickCheck } from "./sqlite.ts";

const PAGES_A_WRITE = 256;
const SQLITE_HEADER = Buffer.from("SQLite format 3\0");

/**
 * Builds the remote's state at `temporary`: the pages put onto a clone of `prior`, or onto nothing. Removes it again if it is not whole.
 * @throws SyncError `remote-damaged` for missing pages or a failed check, and what the stream throws
 */
export async function receivePages(
  stream: PageStream,
  prior: { readonly path: string; readonly pageCount: number } | null,
  temporary: string,
): Promise<void> {
  try {
    if (prior !== null) await cloneFile(prior.path, temporary);
    const handle = await open(temporary, prior === null ? "wx+" : "r+");
    try {
      await writePages(handle, stream, prior?.pageCount ?? 0);
    } finally {
      await handle.close();
    }
    checkDatabase(temporary);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

async function writePages(handle: FileHandle, stream: PageStream, priorPageCount: number): Promise<void> {
  const { pageCount } = stream.header;
  const seen = new Uint8Array(pageCount);
  let run: Uint8Array[] = [];
  let runStart = 0;
  let writing: Promise<unknown> = Promise.resolve();
  // The disk works on one run while the next one comes in; more than that would only fill the memory.
  const writeRun = async () => {
    await writing;
    if (run.length === 0) return;
    writing = handle.writev(run, runStart * PAGE_SIZE_BYTES);
    // Its error is thrown where it is waited for, which may be later than the next tick.
    writing.catch(() => undefined);
    run = [];
  };
  for await (const page of stream.pages) {
    if (page.index !== runStart + run.length || run.length === PAGES_A_WRITE) {
      await writeRun();
      runStart = page.index;
    }
    run.push(page.bytes);
    seen[page.index] = 1;
  }
  await writeRun();
  await writing;
  const missing = seen.indexOf(0, priorPageCount);
  if (missing >= 0) {
    throw new SyncError(
      "remote-damaged",
      `The remote's answer lacks page ${missing} of ${pageCount}: it was cut, or the server lost it.`,
      {
        hint: "Run the command again; if it stays, check the database on the server.",
      },
    );
  }
  await handle.truncate(pageCount * PAGE_SIZE_BYTES);
  const { buffer } = await handle.read(Buffer.alloc(SQLITE_HEADER.length), 0, SQLITE_HEADER.length, 0);
  if (!buffer.equals(SQLITE_HEADER)) throw new SyncError("remote-damaged", "What the remote sent is not a SQLite database.");
}

function checkDatabase(path: string): void {
  using db = Database.openImmutable(path);
  const finding = quickCheck(db);
  if (finding !== null) throw new SyncError("remote-damaged", `The remote's database is damaged: ${finding}.`);
}
