import chromium from "@sparticuz/chromium";
import axe from "axe-core";
import { type Browser, type BrowserContextOptions, chromium as launcher, type Page } from "playwright-core";
import { onCleanUp } from "./cleanup.ts";

/** A page in a real browser, and what it did that a report must not. */
export interface OpenedPage {
  readonly page: Page;
  /** Errors of the console and of scripts, dialogs, and requests for anything but the page. */
  readonly misdeeds: readonly string[];
  readonly openedInMs: number;
}

let started: Promise<Browser> | null = null;

async function start(): Promise<Browser> {
  const browser = await launcher.launch({
    executablePath: await chromium.executablePath(),
    args: ["--no-sandbox", "--disable-gpu"],
  });
  onCleanUp(() => browser.close());
  return browser;
}

/** Opens a page of this machine by its URL. */
export async function openPage(url: string, options: BrowserContextOptions = {}): Promise<OpenedPage> {
  started ??= start();
  const context = await (await started).newContext(options);
  const page = await context.newPage();
  const misdeeds: string[] = [];
  page.on("console", (message) => misdeeds.push(`console ${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => misdeeds.push(`error: ${error.message}`));
  page.on("dialog", (dialog) => {
    misdeeds.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("request", (request) => {
    if (request.url() !== url) misdeeds.push(`request: ${request.url()}`);
  });
  const startedAt = performance.now();
  await page.goto(url, { waitUntil: "load" });
  await page.locator("main").waitFor();
  return { page, misdeeds, openedInMs: performance.now() - startedAt };
}

/** Unfolds all that is folded. */
export async function openAll(page: Page): Promise<void> {
  await page.locator("details").evaluateAll((all) => {
    for (const details of all) details.setAttribute("open", "");
  });
}

/** What keeps people from using a page, by the rules of axe-core. */
export async function barriers(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => (globalThis as unknown as { axe: typeof axe }).axe.run());
  return violations.flatMap(({ id, nodes, impact }) => nodes.map(({ html }) => `${impact} ${id}: ${html.slice(0, 200)}`));
}
