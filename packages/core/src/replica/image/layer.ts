import { statSync } from "node:fs";
import { link, rm } from "node:fs/promises";
import { setImmediate } from "node:timers/promises";
import { PAGE_SIZE_BYTES, type PageStream } from "../../remote/pages.ts";
import { NO_SECOND_NAME } from "../files.ts";
import { mainFile, mainOf, pagesOf } from "./names.ts";
import { PageSource } from "./page-source.ts";
import { WalWriter } from "./write-wal.ts";

/** Of a small database all pages may differ; of a large one so many that a copy of it would cost eight times as much. */
const FEW_PAGES = 64;
const MOST_PAGES = 1 / 8;

/** So many pages may lie over a file of so many; more make every look at them slower than a file of their own. */
export const mostPages = (pageCount: number): number => Math.max(FEW_PAGES, Math.floor(pageCount * MOST_PAGES));

/**
 * Gives an image's file to another one to be, of so many pages. False where too many of them would be new, and where it is not possible:
 * Windows cannot remove the names of an open file, and some file systems have no second names.
 */
export async function canLayOver(prior: string, pageCount: number, path: string): Promise<boolean> {
  const { size } = statSync(mainFile(prior));
  if (process.platform === "win32" || pageCount - size / PAGE_SIZE_BYTES > mostPages(pageCount)) return false;
  try {
    await link(mainFile(prior), mainOf(path));
    return true;
  } catch (error) {
    if (NO_SECOND_NAME.has((error as NodeJS.ErrnoException).code ?? "")) return false;
    throw error;
  }
}

const PAGES_A_LOOK = 1024;

/**
 * Makes the state of a database an image that shares its file with another one. False, and nothing made, if they have too little in common.
 * @param prior an image
 */
export async function layDifference(source: PageSource, prior: string, path: string): Promise<boolean> {
  if (!source.hasUsualPages() || !(await canLayOver(prior, source.pageCount, path))) return false;
  using main = PageSource.ofFile(mainOf(path));
  let isGood = false;
  try {
    await using writer = await WalWriter.create(pagesOf(path));
    isGood = main.hasUsualPages() && (await writeDifference(source, main, writer));
  } finally {
    if (!isGood) for (const name of [pagesOf(path), mainOf(path)]) await rm(name, { force: true });
  }
  return isGood;
}

async function writeDifference(source: PageSource, main: PageSource, writer: WalWriter): Promise<boolean> {
  const [ours, its] = [Buffer.alloc(PAGES_A_LOOK * PAGE_SIZE_BYTES), Buffer.alloc(PAGES_A_LOOK * PAGE_SIZE_BYTES)];
  const most = mostPages(source.pageCount);
  for (let first = 0; first < source.pageCount; first += PAGES_A_LOOK) {
    // Others have something to do meanwhile: requests, deadlines.
    await setImmediate();
    const count = source.read(first, PAGES_A_LOOK, ours);
    const common = main.read(first, PAGES_A_LOOK, its);
    if (count === common && ours.compare(its, 0, count * PAGE_SIZE_BYTES, 0, count * PAGE_SIZE_BYTES) === 0) continue;
    for (let at = 0; at < count; at++) {
      const bytes = ours.subarray(at * PAGE_SIZE_BYTES, (at + 1) * PAGE_SIZE_BYTES);
      if (at < common && bytes.equals(its.subarray(at * PAGE_SIZE_BYTES, (at + 1) * PAGE_SIZE_BYTES))) continue;
      if (writer.pages.size >= most) return false;
      await writer.add(first + at, bytes);
    }
  }
  // A state that is the other one's takes a page all the same: a transaction has one.
  if (writer.pages.size === 0) await writer.add(0, ours.subarray(0, source.read(0, 1, ours) * PAGE_SIZE_BYTES));
  await writer.commit(source.pageCount);
  return true;
}

/** Makes an image of a prior one and what came for it; says which pages came. @throws what the pages throw */
export async function layPages(prior: PageSource, { header, pages }: PageStream, path: string): Promise<ReadonlySet<number>> {
  await using writer = await WalWriter.create(pagesOf(path));
  for await (const some of pages) for (const { index, bytes } of some) await writer.add(index, bytes);
  const came = new Set(writer.pages);
  const bytes = Buffer.alloc(PAGE_SIZE_BYTES);
  for (const page of [...prior.laidOver, ...(came.size === 0 ? [0] : [])]) {
    if (writer.pages.has(page) || page >= header.pageCount) continue;
    prior.read(page, 1, bytes);
    await writer.add(page, bytes);
  }
  await writer.commit(header.pageCount);
  return came;
}
