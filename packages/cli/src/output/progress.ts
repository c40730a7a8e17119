import { nowMs, type Progress, sizeText } from "@agentfs-sync/core";
import type { Printer } from "./printer.ts";

/** How far a phase of an agent is, and since when. */
export interface PhaseState extends Progress {
  readonly elapsedMs: number;
}

/** Says on a terminal how far each agent is, in one line; elsewhere in a line of its own now and then. */
export interface ProgressDisplay extends Disposable {
  readonly update: (progress: Progress, agent: string) => void;
}

/** What takes less is over before anybody has read it. */
const SHOWN_AFTER_MS = 1_000;
const REDRAW_MS = 100;
const PLAIN_LINE_MS = 15_000;

export function showProgress(printer: Printer): ProgressDisplay {
  const agents = new Map<string, Progress & { readonly startedAt: number }>();
  const [firstMs, pauseMs] = printer.canRedraw ? [SHOWN_AFTER_MS, REDRAW_MS] : [PLAIN_LINE_MS, PLAIN_LINE_MS];
  const say = (): void => {
    const line = progressLine(
      new Map([...agents].map(([agent, { startedAt, ...rest }]) => [agent, { ...rest, elapsedMs: nowMs() - startedAt }])),
    );
    if (line === "") return;
    if (printer.canRedraw) printer.status(shortened(line, process.stderr.columns || 80));
    else printer.note(line);
  };
  let repeated: NodeJS.Timeout | undefined;
  const first = setTimeout(() => {
    say();
    repeated = setInterval(say, pauseMs).unref();
  }, firstMs).unref();
  return {
    update(progress, agent) {
      const before = agents.get(agent);
      const startedAt = before?.phase === progress.phase ? before.startedAt : nowMs();
      agents.set(agent, { ...progress, startedAt });
    },
    [Symbol.dispose]() {
      clearTimeout(first);
      clearInterval(repeated);
      printer.status(null);
    },
  };
}

/** On one line of the terminal: what is longer could not be written over. */
const shortened = (line: string, columns: number): string => (line.length < columns ? line : `${line.slice(0, columns - 2)}…`);

/** E.g. `bot: receiving 12.3 MB of 40.0 MB (31 %), 4.2 MB/s, 7 s left`; several agents beside each other. */
export function progressLine(agents: ReadonlyMap<string, PhaseState>): string {
  return [...agents].map(([agent, state]) => `${agent}: ${phaseText(state)}`).join("; ");
}

function phaseText({ phase, bytesDone, bytesTotal, elapsedMs }: PhaseState): string {
  if (bytesDone === 0) return `${phase}, ${timeText(elapsedMs)}`;
  const bytesPerMs = bytesDone / Math.max(1, elapsedMs);
  const rate = `${sizeText(Math.round(bytesPerMs * 1000))}/s`;
  if (bytesTotal === null) return `${phase} ${sizeText(bytesDone)}, ${rate}`;
  const percent = Math.floor((bytesDone / Math.max(1, bytesTotal)) * 100);
  const left = timeText((bytesTotal - bytesDone) / bytesPerMs);
  return `${phase} ${sizeText(bytesDone)} of ${sizeText(bytesTotal)} (${percent} %), ${rate}, ${left} left`;
}

function timeText(durationMs: number): string {
  const seconds = Math.max(0, Math.round(durationMs / 1000));
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
