import type { Measurement } from "./measure.ts";
import type { Round } from "./scenarios.ts";

/** The medians of a scenario's rounds, and ours in relation to the official client's (below 1: we need less). */
export interface Result {
  readonly scenario: string;
  readonly rounds: number;
  readonly ours: Measurement;
  readonly official: Measurement | null;
  readonly ratio: Readonly<Record<"durationMs" | "peakBytes" | "totalBytes", number>> | null;
}

export function summarise(scenario: string, rounds: readonly Round[]): Result {
  const ours = medians(rounds.map((round) => round.ours));
  const theirs = rounds.flatMap(({ official }) => (official === null ? [] : [official]));
  const official = theirs.length === 0 ? null : medians(theirs);
  return { scenario, rounds: rounds.length, ours, official, ratio: official === null ? null : ratioOf(ours, official) };
}

function ratioOf(ours: Measurement, official: Measurement): Result["ratio"] {
  const total = ({ sentBytes, receivedBytes }: Measurement) => sentBytes + receivedBytes;
  return {
    durationMs: ours.durationMs / official.durationMs,
    peakBytes: ours.peakBytes / official.peakBytes,
    totalBytes: total(ours) / total(official),
  };
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

/** The results as an aligned table, a line a contender. */
export function renderTable(results: readonly Result[]): string {
  const rows = results.flatMap(({ scenario, rounds, ours, official, ratio }) => [
    cells(`${scenario} (×${rounds})`, "ours", ours, ratio),
    ...(official === null ? [] : [cells("", "official", official, null)]),
  ]);
  const widths = HEADER.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => (column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join("  ")
      .trimEnd();
  return [HEADER, ...rows].map(line).join("\n");
}

function cells(scenario: string, who: string, measured: Measurement, ratio: Result["ratio"]): string[] {
  const { durationMs, peakBytes, sentBytes, receivedBytes, requests } = measured;
  const times = (value: number | undefined) => (value === undefined ? "" : value.toFixed(2));
  return [
    scenario,
    who,
    `${durationMs.toFixed(0)} ms`,
    times(ratio?.durationMs),
    size(peakBytes),
    times(ratio?.peakBytes),
    size(sentBytes),
    size(receivedBytes),
    times(ratio?.totalBytes),
    String(requests),
  ];
}

function size(bytes: number): string {
  if (bytes < 10_000) return `${bytes.toFixed(0)} B`;
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(0)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
