import type { ContenderName } from "./contenders.ts";
import type { Measurement } from "./measure.ts";
import type { Round, Scenario } from "./scenario.ts";

/** A figure of ours in relation to another's of the same round: the median of the rounds, and the ends of them all. */
export interface Ratio {
  readonly median: number;
  readonly lowest: number;
  readonly highest: number;
}

/** One that ours are compared with; below a ratio of 1 we need less. Null: it failed in every round. */
export interface Other {
  readonly name: ContenderName;
  readonly compared: Compared | null;
}

interface Compared {
  readonly medians: Measurement;
  readonly ratio: { readonly duration: Ratio; readonly peak: Ratio; readonly total: Ratio };
}

/** A scenario's rounds, and their medians. */
export interface Result {
  readonly group: Scenario["group"];
  readonly scenario: string;
  readonly rounds: readonly Round[];
  readonly ours: Measurement;
  readonly others: readonly Other[];
}

export function summarise({ group, name }: Scenario, rounds: readonly Round[]): Result {
  const others = (["official", "agentfs"] as const).flatMap((other) => otherOf(other, rounds));
  return { group, scenario: name, rounds, ours: medians(rounds.map(({ ours }) => ours)), others };
}

type Both = { readonly ours: Measurement; readonly other: Measurement };

function otherOf(name: "official" | "agentfs", rounds: readonly Round[]): Other[] {
  if (rounds.every((round) => round[name] === undefined)) return [];
  const both = rounds.flatMap(({ ours, [name]: other }) => (other == null ? [] : [{ ours, other }]));
  if (both.length === 0) return [{ name, compared: null }];
  const ratio = {
    duration: ratioOf(both, ({ durationMs }) => durationMs),
    peak: ratioOf(both, ({ peakBytes }) => peakBytes),
    total: ratioOf(both, ({ sentBytes, receivedBytes }) => sentBytes + receivedBytes),
  };
  return [{ name, compared: { medians: medians(both.map(({ other }) => other)), ratio } }];
}

function ratioOf(rounds: readonly Both[], of: (one: Measurement) => number): Ratio {
  // Neither has sent anything: they are alike.
  const all = rounds.map(({ ours, other }) => (of(ours) === of(other) ? 1 : of(ours) / of(other)));
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
    roundTrips: of("roundTrips"),
  };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const low = sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
  const high = sorted[Math.ceil((sorted.length - 1) / 2)] ?? Number.NaN;
  return (low + high) / 2;
}

const HEADER = ["", "", "time", "ours / its", "peak memory", "ours / its", "sent", "received", "ours / its", "requests"];

/** The results as a Markdown table whose columns stand in line, a line a contender; in the others' lines, how ours relate to them. */
export function renderTable(results: readonly Result[]): string {
  const rows = results.flatMap(({ scenario, rounds, ours, others }) => [
    cells(`${scenario} (×${rounds.length})`, "ours", ours, null),
    ...others.map(({ name, compared }) =>
      compared === null ? ["", name, "failed"] : cells("", name, compared.medians, compared.ratio),
    ),
  ]);
  return alignedTable(HEADER, rows, 2);
}

/** The first `left` columns are words, the others figures. */
export function alignedTable(header: readonly string[], rows: readonly (readonly string[])[], left: number): string {
  const widths = header.map((title, column) => Math.max(3, title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    `| ${widths.map((width, column) => (column < left ? (row[column] ?? "").padEnd(width) : (row[column] ?? "").padStart(width))).join(" | ")} |`;
  const rule = `|${widths.map((width, column) => (column < left ? "-".repeat(width + 2) : `${"-".repeat(width + 1)}:`)).join("|")}|`;
  return [line(header), rule, ...rows.map(line)].join("\n");
}

function cells(scenario: string, who: string, measured: Measurement, ratio: Compared["ratio"] | null): string[] {
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
