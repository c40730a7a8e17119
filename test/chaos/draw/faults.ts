import type { Draw } from "./draw.ts";
import { FAULTS, type FaultKind } from "./fault-kinds.ts";
import type { RoundStyle } from "./schedule.ts";

export type CommandName = "pull" | "push" | "sync" | "run" | "revert";

/** When a process is struck: some time after its start, at one of its requests, or before one of its changes of a file. */
export type Instant =
  | { readonly afterMs: number }
  /** The first one that commits, or the one with that number. */
  | { readonly atRequest: number | "commit"; readonly moment: "before" | "after" }
  | { readonly atFileChange: number };

/** What strikes one command of a job. */
export interface CommandFault {
  readonly kind: FaultKind;
  readonly command: CommandName;
  readonly instant: Instant;
  /** A signal goes to all processes of the command, as when a CI job is cancelled, or to the first alone. */
  readonly hitsGroup: boolean;
  /** How many requests in a row a fault of requests strikes. */
  readonly times: number;
  /** Milliseconds, bytes, KiB that are free, or minutes that the clock jumps: what the kind needs. */
  readonly amount: number;
}

/** What strikes the server, counted in requests of all jobs. */
export interface WorldFault {
  readonly kind: FaultKind;
  readonly atRequest: number;
  readonly downMs: number;
  /** For `restore`: the request before which the copy is taken that is put back later. */
  readonly copyAtRequest: number;
}

export const isOfWorld = (kind: FaultKind): boolean => FAULTS[kind].family === "server" || FAULTS[kind].family === "remote";

const COMMANDS = { run: ["run"], steps: ["pull", "push", "push"], sync: ["sync"], revert: ["revert"] } as const satisfies Record<
  RoundStyle | "revert",
  readonly CommandName[]
>;

export function drawCommandFault(draw: Draw, kind: FaultKind, style: keyof typeof COMMANDS): CommandFault {
  return {
    kind,
    // Only a push can be swept under.
    command: draw.pick<CommandName>(kind === "sweep" ? COMMANDS[style].slice(-1) : COMMANDS[style]),
    instant: drawInstant(draw, kind),
    hitsGroup: draw.chance(0.5),
    times: draw.chance(0.12) ? 1000 : draw.pick([1, 1, 1, 2, 4]),
    amount: drawAmount(draw, kind),
  };
}

function drawInstant(draw: Draw, kind: FaultKind): Instant {
  // Around the commit most is at stake.
  const at = draw.chance(0.35) ? "commit" : draw.int(1, 6);
  const atRequest = { atRequest: at, moment: draw.pick(["before", "after"] as const) } as const;
  switch (kind) {
    case "kill":
      return draw.pick<Instant>([{ afterMs: draw.int(50, 900) }, atRequest, { atFileChange: draw.int(1, 60) }]);
    case "terminate":
    case "interrupt":
      return draw.pick<Instant>([{ afterMs: draw.int(50, 900) }, atRequest]);
    case "disk-fails":
      return { atFileChange: draw.int(1, 60) };
    case "clock-jump":
      return { afterMs: draw.int(0, 500) };
    default:
      return atRequest;
  }
}

function drawAmount(draw: Draw, kind: FaultKind): number {
  switch (kind) {
    case "late-request":
    case "late-answer":
      return draw.chance(0.9) ? draw.int(50, 600) : 7000;
    case "cut":
      return draw.pick([0, 1, draw.int(1, 200), 4096 * draw.int(1, 4)]);
    case "drip":
      return draw.pick([40, 400, 4000]);
    case "disk-full":
      return draw.pick([0, 8, 64, draw.int(0, 300)]);
    case "clock-jump":
      return draw.pick([-600, -60, -1, 1, 30, 600, 60 * 24 * 400]);
    default:
      return 0;
  }
}

export function drawWorldFault(draw: Draw, kind: FaultKind, jobCount: number): WorldFault {
  const last = jobCount * 6;
  const atRequest = draw.int(1, last);
  return { kind, atRequest, downMs: draw.int(0, 700), copyAtRequest: draw.int(0, atRequest - 1) };
}
