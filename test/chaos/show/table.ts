import { FAULT_KINDS, type FaultKind } from "../draw/fault-kinds.ts";
import { isGood, type RunResult } from "./result.ts";

/** All runs together: counts where a run has lists. */
export interface Sum {
  readonly runs: number;
  readonly jobs: number;
  readonly commands: number;
  readonly writes: number;
  readonly faults: Readonly<Partial<Record<FaultKind, number>>>;
  readonly retries: number;
  readonly conflicts: number;
  readonly rescues: number;
  readonly reverts: number;
  readonly lost: number;
  readonly doubled: number;
  readonly hangs: number;
  readonly problems: number;
  readonly failedRuns: number;
}

export function sum(results: readonly RunResult[]): Sum {
  const total = (of: (result: RunResult) => number): number => results.reduce((so, result) => so + of(result), 0);
  const faults = FAULT_KINDS.map((kind) => [kind, total((result) => result.faults[kind] ?? 0)] as const);
  return {
    runs: results.length,
    jobs: total(({ jobs }) => jobs),
    commands: total(({ commands }) => commands),
    writes: total(({ writes }) => writes),
    faults: Object.fromEntries(faults.filter(([, count]) => count > 0)),
    retries: total(({ retries }) => retries),
    conflicts: total(({ conflicts }) => conflicts),
    rescues: total(({ rescues }) => rescues),
    reverts: total(({ reverts }) => reverts),
    lost: total(({ lost }) => lost.length),
    doubled: total(({ doubled }) => doubled.length),
    hangs: total(({ hangs }) => hangs.length),
    problems: total(({ problems }) => problems.length),
    failedRuns: results.filter((one) => !isGood(one)).length,
  };
}

export function renderTable(total: Sum & { readonly seed: number; readonly durationMs: number }): string {
  const { faults, seed, durationMs, ...counts } = total;
  const rows: [string, string | number][] = [
    ["seed", seed],
    ["seconds", Math.round(durationMs / 1000)],
    ...Object.entries(counts).map(([name, count]): [string, number] => [
      name === "failedRuns" ? "runs that failed" : name,
      count,
    ]),
    ["faults", Object.values(faults).reduce((so, count) => so + count, 0)],
    ...Object.entries(faults).map(([kind, count]): [string, number] => [`  ${kind}`, count]),
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${String(value).padStart(8)}`).join("\n");
}
