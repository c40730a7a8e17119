import { type FileHandle, open, rm } from "node:fs/promises";
import { SyncError } from "../errors.ts";
import { PAGE_SIZE_BYTES, type PageStream } from "../remote/pages.ts";
import { changedRows } from "./btree/changed-rows.ts";
import { copyImage, ownImage, removeImage } from "./image/image.ts";
import { canLayOver, layPages, mostPages } from "./image/layer.ts";
import { mainFile } from "./image/names.ts";
import { PageSource } from "./image/page-source.ts";
import { PageRun } from "./page-run.ts";
import { Database, quickCheck } from "./sqlite.ts";

const SQLITE_HEADER = Buffer.from("SQLite format 3\0");

/**
 * Builds the remote's state at `temporary`: the pages laid over `prior`, or put onto nothing. Removes it again if it is not whole.
 * @param prior an image
 * @param twin where a second copy is written meanwhile, if all of it comes
 * @throws SyncError `remote-damaged` for missing pages or a failed check, and what the stream throws
 */
export async function receivePages(
  stream: PageStream,
  prior: string | null,
  temporary: string,
  twin: string | null = null,
): Promise<void> {
  try {
    if (prior !== null && (await canLayOver(prior, stream.header.pageCount, temporary))) await layOver(stream, prior, temporary);
    else await writeWhole(stream, prior, temporary, prior === null ? twin : null);
    if (prior === null || changedRows(prior, temporary) === null) await checkDatabase(temporary, prior === null ? twin : null);
  } catch (error) {
    await removeImage(temporary);
    if (twin !== null) await rm(twin, { force: true });
    throw error;
  }
}

async function layOver(stream: PageStream, priorPath: string, temporary: string): Promise<void> {
  using prior = PageSource.ofImage(priorPath);
  const { pageCount } = stream.header;
  const came = await layPages(prior, stream, temporary);
  for (let page = prior.pageCount; page < pageCount; page++) if (!came.has(page)) throw lacks(page, pageCount);
  using image = PageSource.ofImage(temporary);
  const first = Buffer.alloc(PAGE_SIZE_BYTES);
  image.read(0, 1, first);
  checkHeader(first);
  if (image.laidOver.size > mostPages(pageCount)) await ownImage(temporary);
}

async function writeWhole(stream: PageStream, prior: string | null, temporary: string, twin: string | null): Promise<void> {
  if (prior !== null) await copyImage(prior, temporary);
  await using handle = await open(temporary, prior === null ? "wx+" : "r+");
  await using second = twin === null ? null : await open(twin, "w");
  const handles = second === null ? [handle] : [handle, second];
  await writePages(handles, stream, prior === null ? 0 : (await handle.stat()).size / PAGE_SIZE_BYTES);
  const { buffer } = await handle.read(Buffer.alloc(SQLITE_HEADER.length), 0, SQLITE_HEADER.length, 0);
  checkHeader(buffer);
}

async function writePages(handles: readonly FileHandle[], stream: PageStream, priorPageCount: number): Promise<void> {
  const { pageCount } = stream.header;
  const seen = new Uint8Array(pageCount);
  const run = new PageRun(handles);
  for await (const pages of stream.pages) {
    for (const page of pages) {
      if (!run.takes(page)) await run.write();
      run.add(page);
      seen[page.index] = 1;
    }
  }
  await run.write();
  await run.written();
  const missing = seen.indexOf(0, priorPageCount);
  if (missing >= 0) throw lacks(missing, pageCount);
  for (const handle of handles) await handle.truncate(pageCount * PAGE_SIZE_BYTES);
}

function lacks(page: number, pageCount: number): SyncError {
  const message = `The remote's answer lacks page ${page} of ${pageCount}: it was cut, or the server lost it.`;
  return new SyncError("remote-damaged", message, {
    hint: "Run the command again; if it stays, check the database on the server.",
  });
}

function checkHeader(bytes: Buffer): void {
  if (bytes.subarray(0, SQLITE_HEADER.length).equals(SQLITE_HEADER)) return;
  throw new SyncError("remote-damaged", "What the remote sent is not a SQLite database.");
}

async function checkDatabase(path: string, twin: string | null): Promise<void> {
  const handles = await Promise.all([mainFile(path), ...(twin === null ? [] : [twin])].map((file) => open(file)));
  try {
    // The disk is busy with it while the check, which needs no disk, keeps this thread busy.
    const flushing = Promise.all(handles.map((handle) => handle.sync()));
    flushing.catch(() => undefined);
    const finding = findDamage(path);
    await flushing;
    if (finding !== null) throw new SyncError("remote-damaged", `The remote's database is damaged: ${finding}.`);
  } finally {
    for (const handle of handles) await handle.close();
  }
}

/** Of some damage SQLite says that it cannot even look. */
function findDamage(path: string): string | null {
  try {
    using db = Database.openImmutable(path);
    return quickCheck(db);
  } catch (error) {
    if (error instanceof SyncError && error.code === "local-damaged")
      return error.cause instanceof Error ? error.cause.message : error.message;
    throw error;
  }
}
