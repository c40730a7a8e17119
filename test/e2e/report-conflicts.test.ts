import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { type Conflict, type ConflictSide, type RunReport, readReport, renderMarkdown } from "../../packages/core/src/index.ts";
import type { AgentOp } from "../parts/agent.ts";
import { barriers, openPage } from "../parts/browser.ts";
import { CANARY, canaryIn } from "../parts/canary.ts";
import { runCli } from "../parts/cli.ts";
import { machine } from "../parts/machine.ts";
import { startProxy } from "../parts/proxy.ts";
import { set, write } from "../parts/revert.ts";
import { HOSTILE } from "../parts/sample-report.ts";
import { startServer } from "../parts/server.ts";

/** A file with the sign that no text has would not be shown. */
const texts = (whose: string) => HOSTILE.map((text) => `${whose}: ${text.toWellFormed().replaceAll("\0", "")}`).join("\n");

const binary = (path: string, byte: number): AgentOp => ({
  op: "writeFile",
  path,
  base64: Buffer.alloc(5000, byte).toString("base64"),
});

/** What one side makes of the same things; one file is gone on the other. */
const side = (whose: string): readonly AgentOp[] => [
  write("/hostile.md", texts(whose)),
  write("/made.txt", `${whose}\nthe same\n`),
  write("/huge.txt", `${whose}\n`.repeat(20_000)),
  binary("/photo.png", whose === "ours" ? 0 : 0xff),
  set("goal", `${whose} <b>`),
];

const WIDTHS = { phone: { width: 360, height: 740 }, desk: { width: 1280, height: 900 } } as const;

describe("a push that met another one, with a report", () => {
  let report: RunReport;
  let url: string;
  let raw: string;

  beforeAll(async () => {
    const { url: upstream } = await startServer();
    const { url: remote } = await startProxy({ upstream, token: CANARY });
    const [first, second] = await Promise.all([0, 1].map(() => machine(remote, { authToken: CANARY })));
    if (first === undefined || second === undefined) throw new Error("no machines");
    await first.ok("pull");
    await first.write(write("/hostile.md", "before both\n"), write("/gone.txt", "before both\n"), set("goal", "before both"));
    await first.ok("push");
    await second.ok("pull");
    await first.write(...side("theirs"), { op: "unlink", path: "/gone.txt" });
    await first.ok("push");
    // What an agent writes down may be the token itself.
    await second.write(...side("ours"), write("/gone.txt", `the token is ${CANARY}\n`));
    const args = ["push", "--agent", "bot", "--remote-url", remote, "--report-file", "report.json", "--html", "report.html"];
    const pushed = await runCli([...args, "--json"], { cwd: second.dir, env: { TURSO_DB_AUTH_TOKEN: CANARY } });
    expect(pushed.exitCode, pushed.stderr).toBe(0);
    const files = ["report.json", "report.html"].map((name) => join(second.dir, name));
    raw = pushed.stdout + (await Promise.all(files.map((file) => readFile(file, "utf8")))).join("");
    url = pathToFileURL(join(second.dir, "report.html")).href;
    report = await readReport(join(second.dir, "report.json"));
  });

  const conflict = (path: string): Conflict => {
    const found = report.agents[0]?.conflicts.find((one) => one.path === path);
    if (found === undefined) throw new Error(`no conflict in ${path}`);
    return found;
  };
  const text = (content: string, kind: ConflictSide["kind"] = "file"): ConflictSide => ({
    kind,
    sizeBytes: Buffer.byteLength(content),
    text: content,
  });
  const unshown = (sizeBytes: number) => ({ kind: "file", sizeBytes, text: null });

  it("has what both sides made of each thing, and what was there before; binary and huge content by its size", () => {
    expect(conflict("/hostile.md").contents).toEqual({
      base: text("before both\n"),
      ours: text(texts("ours")),
      theirs: text(texts("theirs")),
    });
    expect(conflict("/made.txt").contents).toEqual({
      base: null,
      ours: text("ours\nthe same\n"),
      theirs: text("theirs\nthe same\n"),
    });
    expect(conflict("/huge.txt").contents).toEqual({ base: null, ours: unshown(100_000), theirs: unshown(140_000) });
    expect(conflict("/photo.png").contents).toEqual({ base: null, ours: unshown(5000), theirs: unshown(5000) });
    expect(conflict("/gone.txt").contents).toMatchObject({ base: text("before both\n"), theirs: null });
    expect(conflict("goal").contents).toEqual({
      base: text('"before both"', "value"),
      ours: text('"ours <b>"', "value"),
      theirs: text('"theirs <b>"', "value"),
    });
  });

  it("has the token nowhere, also where an agent has written it down (I8)", () => {
    expect(canaryIn(raw)).toEqual([]);
    expect(conflict("/gone.txt").contents?.ours?.text).toBe("the token is ***\n");
  });

  it("shows them in a summary as far as it has room, escaped", () => {
    const markdown = renderMarkdown(report);
    expect(markdown).toContain("| ours<br>the same | theirs<br>the same |");
    expect(markdown).toContain("| 100.0 kB, not shown | 140.0 kB, not shown |");
    expect(markdown).not.toContain("<script>");
  });

  it.each([
    ["desk", "light"],
    ["phone", "dark"],
  ] as const)(
    "shows them beside each other, or below each other where that is narrow, to everybody: %s, %s",
    async (device, colorScheme) => {
      const { page, misdeeds } = await openPage(url, { viewport: WIDTHS[device], colorScheme });
      const [ours, theirs] = await page.locator(".sides").first().locator("> div").all();
      const [left, right] = [await ours?.boundingBox(), await theirs?.boundingBox()];
      if (left == null || right == null) throw new Error("nothing to see");
      if (device === "desk") expect([right.y, right.x > left.x + left.width]).toEqual([left.y, true]);
      else expect([right.x, right.y > left.y + left.height]).toEqual([left.x, true]);
      // biome-ignore lint/performance/useDomNodeTextContent: what is seen is what counts
      expect(await page.locator("main").innerText()).toContain("ours: <script>globalThis.hacked = 1</script>");
      expect(await page.locator("mark", { hasText: "the same" }).count()).toBe(0);
      expect(await page.locator("mark", { hasText: /^ours\s*$/ }).count()).toBe(1);
      expect(await page.getByRole("heading", { level: 4, name: "The other version" }).count()).toBe(6);
      expect(await barriers(page)).toEqual([]);
      expect(await page.evaluate(() => "hacked" in globalThis)).toBe(false);
      expect(await page.locator("html").evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)).toBe(0);
      expect(misdeeds).toEqual([]);
    },
  );
});
