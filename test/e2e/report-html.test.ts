import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, it } from "vitest";
import { type RunReport, renderHtml } from "../../packages/core/src/index.ts";
import { visible } from "../../packages/core/src/report/html/escape.ts";
import { barriers, openAll, openPage } from "../parts/browser.ts";
import { HOSTILE, hostileReport, largeReport } from "../parts/sample-report.ts";
import { makeTempDir } from "../parts/temp.ts";

async function written(report: RunReport): Promise<{ readonly url: string; readonly sizeBytes: number }> {
  const text = renderHtml(report);
  const path = join(await makeTempDir(), "report.html");
  await writeFile(path, text);
  return { url: pathToFileURL(path).href, sizeBytes: Buffer.byteLength(text) };
}

const WIDTHS = { phone: { width: 360, height: 740 }, desk: { width: 1280, height: 900 } } as const;

it("shows hostile names and contents as they are, runs nothing and asks for nothing", async () => {
  const { url, sizeBytes } = await written(hostileReport());
  expect(sizeBytes).toBeLessThan(1_000_000);
  const { page, misdeeds } = await openPage(url, { viewport: WIDTHS.desk });
  await openAll(page);
  // biome-ignore lint/performance/useDomNodeTextContent: what is seen is what counts
  const text = (await page.locator("main").innerText()).replaceAll(/\s+/g, " ");
  // White space is no matter of this: a page shows much of it as little.
  for (const name of HOSTILE) expect(text).toContain(visible(name).slice(0, 200).replaceAll(/\s+/g, " ").trim());
  expect(text).toContain("10000001 characters");
  expect(text).toContain("and 600 more lines of it");
  expect(await page.evaluate(() => "hacked" in globalThis)).toBe(false);
  expect(await page.locator("script, img, iframe, object, embed, link, form, base").count()).toBe(0);
  const targets = await page.locator("a").evaluateAll((links) => links.map((link) => link.getAttribute("href")));
  expect(targets.filter((target) => !/^https?:/.test(target ?? ""))).toEqual([]);
  expect(misdeeds).toEqual([]);
});

it.each([
  ["phone", "light"],
  ["desk", "dark"],
] as const)("keeps nobody out, on a %s (%s)", async (device, colorScheme) => {
  const { url } = await written(hostileReport());
  const { page, misdeeds } = await openPage(url, { viewport: WIDTHS[device], colorScheme });
  await openAll(page);
  expect(await barriers(page)).toEqual([]);
  expect(await page.locator("html").evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)).toBe(0);
  expect(misdeeds).toEqual([]);
});

it("is read without script, and stays small and quick with 10,000 changed files", async () => {
  const { url, sizeBytes } = await written(largeReport(10_000));
  expect(sizeBytes).toBeLessThan(5_000_000);
  const { page, misdeeds, openedInMs } = await openPage(url, { viewport: WIDTHS.phone, javaScriptEnabled: false });
  console.log(`10,000 changed files: ${(sizeBytes / 1e6).toFixed(1)} MB, open after ${Math.round(openedInMs)} ms`);
  expect(await page.locator("h3", { hasText: "Files" }).textContent()).toBe("Files (10,000)");
  // By the keyboard alone.
  for (const name of ["src/", "part-7/", "module-7.ts"]) await page.locator("summary", { hasText: name }).first().press("Enter");
  expect(await page.locator("details[open] > pre > ins").allTextContents()).toEqual(["+new line of the file\n"]);
  expect(misdeeds).toEqual([]);
  const { sizeBytes: larger } = await written(largeReport(100_000));
  expect(larger).toBeLessThan(5_000_000);
});
