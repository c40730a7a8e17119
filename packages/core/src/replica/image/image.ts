import { createHash } from "node:crypto";
import { createReadStream, existsSync, mkdirSync, renameSync } from "node:fs";
import { open, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { PAGE_SIZE_BYTES } from "../../remote/pages.ts";
import { cloneFile, flush, linkOrClone } from "../files.ts";
import { isLayered, mainFile, mainOf, pagesOf } from "./names.ts";
import { PageSource } from "./page-source.ts";

export async function removeImage(path: string): Promise<void> {
  // First what makes it one: pages without a file beneath would be damage.
  for (const name of [pagesOf(path), mainOf(path), path]) if (existsSync(name)) await rm(name, { force: true });
}

/** The same image under a second name. */
export async function linkImage(source: string, destination: string): Promise<void> {
  if (!isLayered(source)) return linkOrClone(source, destination);
  await linkOrClone(mainOf(source), mainOf(destination));
  await linkOrClone(pagesOf(source), pagesOf(destination));
}

/** Puts a finished image in a place that nothing refers to yet; what a run that was cut short has left there goes. */
export async function publishImage(temporary: string, destination: string): Promise<void> {
  const isInTwo = isLayered(temporary);
  await flush(isInTwo ? pagesOf(temporary) : temporary);
  mkdirSync(dirname(destination), { recursive: true });
  await removeImage(destination);
  if (isInTwo) {
    renameSync(mainOf(temporary), mainOf(destination));
    renameSync(pagesOf(temporary), pagesOf(destination));
  } else {
    renameSync(temporary, destination);
  }
  await flush(dirname(destination));
}

/** One file of its own with the image's content, which may be changed. */
export async function copyImage(source: string, destination: string): Promise<void> {
  await cloneFile(mainFile(source), destination);
  if (!isLayered(source)) return;
  using pages = PageSource.ofImage(source);
  await using handle = await open(destination, "r+");
  await handle.truncate(pages.pageCount * PAGE_SIZE_BYTES);
  const bytes = Buffer.alloc(PAGE_SIZE_BYTES);
  for (const page of pages.laidOver) {
    if (pages.read(page, 1, bytes) === 1) await handle.write(bytes, 0, PAGE_SIZE_BYTES, page * PAGE_SIZE_BYTES);
  }
}

/** The image as one file that is only read: its own, or one that is made at `temporary`. */
export async function wholeFile(path: string, temporary: string): Promise<string> {
  if (!isLayered(path)) return path;
  await copyImage(path, temporary);
  return temporary;
}

const PAGES_A_READ = 256;

/** The bytes that the image would have as one file. */
export async function* readImage(path: string): AsyncGenerator<Buffer> {
  if (!isLayered(path)) return yield* createReadStream(path) as AsyncIterable<Buffer>;
  using pages = PageSource.ofImage(path);
  for (let first = 0; first < pages.pageCount; first += PAGES_A_READ) {
    const piece = Buffer.alloc(PAGES_A_READ * PAGE_SIZE_BYTES);
    yield piece.subarray(0, pages.read(first, PAGES_A_READ, piece) * PAGE_SIZE_BYTES);
  }
}

/** SHA-256 (hex) of these bytes. */
export async function hashImage(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const piece of readImage(path)) hash.update(piece);
  return hash.digest("hex");
}

/** Makes an image one file of its own, which may be changed. */
export async function ownImage(path: string): Promise<void> {
  const own = `${path}.own`;
  await copyImage(path, own);
  await removeImage(path);
  renameSync(own, path);
}
