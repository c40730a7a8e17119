import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { makePrinter } from "./printer.ts";
import { progressLine, showProgress } from "./progress.ts";

const MB = 1_000_000;

describe("the line", () => {
  test.each([
    [
      { phase: "receiving", bytesDone: 12 * MB, bytesTotal: 40 * MB, elapsedMs: 3_000 },
      "receiving 12.0 MB of 40.0 MB (30 %), 4.0 MB/s, 7 s left",
    ],
    [{ phase: "receiving", bytesDone: 12 * MB, bytesTotal: null, elapsedMs: 3_000 }, "receiving 12.0 MB, 4.0 MB/s"],
    [
      { phase: "sending", bytesDone: MB, bytesTotal: 100 * MB, elapsedMs: 1_000 },
      "sending 1.0 MB of 100.0 MB (1 %), 1.0 MB/s, 1 min 39 s left",
    ],
    [{ phase: "committing", bytesDone: 0, bytesTotal: null, elapsedMs: 2_400 }, "committing, 2 s"],
    [
      { phase: "receiving", bytesDone: 5, bytesTotal: 5, elapsedMs: 0 },
      "receiving 5 bytes of 5 bytes (100 %), 5.0 kB/s, 0 s left",
    ],
  ] as const)("%j", (state, text) => {
    expect(progressLine(new Map([["bot", state]]))).toBe(`bot: ${text}`);
    expect(
      progressLine(
        new Map([
          ["a", state],
          ["b", state],
        ]),
      ),
    ).toBe(`a: ${text}; b: ${text}`);
  });
});

describe("the display", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function shown(canRedraw: boolean, act: (update: ReturnType<typeof showProgress>["update"]) => void): string {
    let err = "";
    const streams = {
      out: () => undefined,
      err: (text: string) => {
        err += text;
      },
    };
    const display = showProgress(makePrinter({ json: false, quiet: false, verbose: false, canRedraw }, streams));
    act(display.update);
    display[Symbol.dispose]();
    vi.advanceTimersByTime(60_000);
    return err;
  }

  test("shows nothing for what takes less than a second", () => {
    const act: Parameters<typeof shown>[1] = (update) => {
      update({ phase: "comparing", bytesDone: 0, bytesTotal: null }, "bot");
      vi.advanceTimersByTime(990);
    };
    expect(shown(true, act)).toBe("");
    expect(shown(false, act)).toBe("");
  });

  test("redraws one line on a terminal, of the phase that is now, and removes it at the end", () => {
    const text = shown(true, (update) => {
      update({ phase: "comparing", bytesDone: 0, bytesTotal: null }, "bot");
      vi.advanceTimersByTime(1_050);
      update({ phase: "receiving", bytesDone: 0, bytesTotal: 4 * MB }, "bot");
      vi.advanceTimersByTime(1_000);
      update({ phase: "receiving", bytesDone: MB, bytesTotal: 4 * MB }, "bot");
      vi.advanceTimersByTime(60);
    });
    const lines = text.split("\r\u001b[2K");
    expect(lines.at(0)).toBe("bot: comparing, 1 s");
    expect(lines.at(-2)).toMatch(/^bot: receiving 1\.0 MB of 4\.0 MB \(25 %\), 9\d\d\.\d kB\/s, 3 s left$/);
    expect(lines.at(-1)).toBe("");
    expect(text).not.toContain("\n");
  });

  test("without a terminal: a line of its own every 15 seconds", () => {
    const text = shown(false, (update) => {
      update({ phase: "committing", bytesDone: 0, bytesTotal: null }, "bot");
      vi.advanceTimersByTime(31_000);
    });
    expect(text).toBe("bot: committing, 15 s\nbot: committing, 30 s\n");
  });
});
