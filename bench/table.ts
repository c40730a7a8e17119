import type { Measurement } from "./measure.ts";
import type { Round, Scenario } from "./scenario.ts";

/** A figure of ours in relation to the official client's of the same round: the median of the rounds, and the ends of them all. */
export interface Ratio {
  readonly median: number;
  readonly lowest: number;
  readonly highest: number;
}

/** The medians of a scenario's rounds; below a ratio of 1 we need less. */
export interface Result {
  readonly group: Scenario["group"];
  readonly scenario: string;
  readonly rounds: number;
  readonly ours: Measurement;
  readonly official: Measurement | null;
  readonly ratio: { readonly duration: Ratio; readonly peak: Ratio; readonly total: Ratio } | null;
}

type Both = { readonly ours: Measurement; readonly official: Measurement };

export function summarise({ group, name }: Scenario, rounds: readonly Round[]): Result {
  const both = rounds.flatMap(({ ours, official }) => (official === null ? [] : [{ ours, official }]));
  return {
    group,
    scenario: name,
    rounds: rounds.length,
    ours: medians(rounds.map((round) => round.ours)),
    official: both.length === 0 ? null : medians(both.map(({ official }) => official)),
    ratio:
      both.length === 0
        ? null
        : {
            duration: ratioOf(both, ({ durationMs }) => durationMs),
            peak: ratioOf(both, ({ peakBytes }) => peakBytes),
            total: ratioOf(both, ({ sentBytes, receivedBytes }) => sentBytes + receivedBytes),
          },
  };
}

function ratioOf(rounds: readonly Both[], of: (one: Measurement) => number): Ratio {
  // Neither has sent anything: they are alike.
  const all = rounds.map(({ ours, official }) => (of(ours) === of(official) ? 1 : of(ours) / of(official)));
  return { median: median(all), lowest: Math.min(...all), highest: Math.max(...all) };
}

function medians(all: readonly Measurement[]): Measurement {
  const of = (key: keyof Measurement) => median(all.map((one) => one[key]));
  return {
    durationMs: of("durationMs"),
    peakBytes: of("peakBytes"),
    sentBytes: of("sentBytes"),
    receivedBytes: of("receivedBytes"),
    requests: of("requests"),
  };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const low = sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
  const high = sorted[Math.ceil((sorted.length - 1) / 2)] ?? Number.NaN;
  return (low + high) / 2;
}

const HEADER = ["", "", "time", "ratio", "peak memory", "ratio", "sent", "received", "ratio", "requests"];

/** The results as a Markdown table whose columns stand in line, a line a contender. */
export function renderTable(results: readonly Result[]): string {
  const rows = results.flatMap(({ scenario, rounds, ours, official, ratio }) => [
    cells(`${scenario} (×${rounds})`, "ours", ours, ratio),
    ...(official === null ? [] : [cells("", "official", official, null)]),
  ]);
  return alignedTable(HEADER, rows, 2);
}

/** The first `left` columns are words, the others figures. */
export function alignedTable(header: readonly string[], rows: readonly (readonly string[])[], left: number): string {
  const widths = header.map((title, column) => Math.max(3, title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => (column < left ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join(" | ")} |`;
  const rule = `|${widths.map((width, column) => (column < left ? "-".repeat(width + 2) : `${"-".repeat(width + 1)}:`)).join("|")}|`;
  return [line(header), rule, ...rows.map(line)].join("\n");
}

function cells(scenario: string, who: string, measured: Measurement, ratio: Result["ratio"]): string[] {
  const { durationMs, peakBytes, sentBytes, receivedBytes, requests } = measured;
  return [
    scenario,
    who,
    `${durationMs.toFixed(0)} ms`,
    ratio === null ? "" : withSpread(ratio.duration),
    size(peakBytes),
    ratio === null ? "" : ratio.peak.median.toFixed(2),
    size(sentBytes),
    size(receivedBytes),
    ratio === null ? "" : ratio.total.median.toFixed(2),
    String(requests),
  ];
}

const withSpread = ({ median: middle, lowest, highest }: Ratio) =>
  `**${middle.toFixed(2)}** (${lowest.toFixed(2)}–${highest.toFixed(2)})`;

function size(bytes: number): string {
  if (bytes < 10_000) return `${bytes.toFixed(0)} B`;
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(0)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
