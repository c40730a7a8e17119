import { fileURLToPath } from "node:url";
import type { RecordedRequest } from "../../parts/proxy.ts";
import type { CommandFault, Instant } from "../draw/faults.ts";
import { proxyFault } from "../world/answers.ts";
import type { RequestHook } from "../world/gateway.ts";
import type { Strikes } from "../world/strikes.ts";
import type { RunningCommand } from "./command.ts";
import type { Disk } from "./disk.ts";

const SIGNALS = { kill: "SIGKILL", terminate: "SIGTERM", interrupt: "SIGINT" } as const;

/** A fault made ready for one command: what it needs in its environment, at its requests, and around it. */
export interface Armed {
  readonly env: Readonly<Record<string, string>>;
  readonly hook: RequestHook;
  /** Before it starts. */
  before(): Promise<void>;
  /** Once it runs. */
  started(command: RunningCommand): void;
  /** When it has ended. */
  after(): Promise<void>;
}

const NOTHING: Armed = {
  env: {},
  hook: () => undefined,
  before: async () => undefined,
  started: () => undefined,
  after: async () => undefined,
};

export interface Surroundings {
  readonly strikes: Strikes;
  readonly disk: Disk | null;
  /** Revokes all reservations, as another pusher would whose clock says that their leases are over. */
  sweep(): Promise<void>;
}

const preload = (url: URL): string => `--import=${fileURLToPath(url)}`;

export function arm(fault: CommandFault | undefined, around: Surroundings): Armed {
  if (fault === undefined) return NOTHING;
  switch (fault.kind) {
    case "kill":
    case "terminate":
    case "interrupt":
      return armSignal(fault, SIGNALS[fault.kind], around);
    case "disk-full":
    case "read-only":
    case "disk-fails":
      return armDisk(fault, around);
    case "clock-jump": {
      const afterMs = "afterMs" in fault.instant ? fault.instant.afterMs : 0;
      const env = {
        NODE_OPTIONS: preload(new URL("clock-child.ts", import.meta.url)),
        CHAOS_CLOCK_JUMP_MS: String(fault.amount * 60_000),
        CHAOS_CLOCK_AFTER_MS: String(afterMs),
      };
      return { ...NOTHING, env, before: async () => around.strikes.add(fault.kind) };
    }
    default:
      return armRequests(fault, around);
  }
}

function armSignal(fault: CommandFault, name: NodeJS.Signals, around: Surroundings): Armed {
  const { instant } = fault;
  if ("atFileChange" in instant) return armFileChange(fault, "KILL_POINT", instant.atFileChange, around);
  let running: RunningCommand | undefined;
  let isOver = false;
  const strike = (): void => {
    if (isOver || running === undefined) return;
    around.strikes.add(fault.kind);
    running.signal(name, fault.hitsGroup);
  };
  let timer: NodeJS.Timeout | undefined;
  const isStruck = requestsFrom(instant, 1);
  return {
    ...NOTHING,
    started: (command) => {
      running = command;
      if ("afterMs" in instant) timer = setTimeout(strike, instant.afterMs);
    },
    hook: (request, number) => {
      if (!("atRequest" in instant) || !isStruck(request, number)) return undefined;
      if (instant.moment === "before") {
        strike();
        return undefined;
      }
      return {
        alter: (answer) => {
          strike();
          return answer;
        },
      };
    },
    after: async () => {
      isOver = true;
      clearTimeout(timer);
    },
  };
}

/** Counted in the command itself: right before its change of a file with that number, which it makes or which fails. */
function armFileChange(fault: CommandFault, variable: "KILL_POINT" | "FAIL_POINT", count: number, around: Surroundings): Armed {
  const env = { NODE_OPTIONS: preload(new URL("../../parts/kill-point-child.ts", import.meta.url)), [variable]: String(count) };
  return { ...NOTHING, env, before: async () => around.strikes.add(fault.kind) };
}

function armDisk(fault: CommandFault, around: Surroundings): Armed {
  const { disk, strikes } = around;
  if (disk === null) throw new Error(`${fault.kind} needs a disk of its own`);
  if (fault.kind === "read-only") {
    const before = async () => {
      strikes.add(fault.kind);
      await disk.setReadOnly(true);
    };
    return { ...NOTHING, before, after: () => disk.setReadOnly(false) };
  }
  if (fault.kind === "disk-full" && disk.isBounded) {
    const before = async () => {
      strikes.add(fault.kind);
      await disk.fill(fault.amount);
    };
    return { ...NOTHING, before, after: () => disk.empty() };
  }
  const count = "atFileChange" in fault.instant ? fault.instant.atFileChange : 1 + (fault.amount % 40);
  return armFileChange(fault, "FAIL_POINT", count, around);
}

const isCommit = ({ body }: RecordedRequest): boolean => body.includes("INSERT INTO agentfs_sync_log (push_id, state, sequence");

/** Says of each request whether it is one of the `times` that begin with the one that the instant names. */
function requestsFrom(instant: Instant, times: number): (request: RecordedRequest, number: number) => boolean {
  const at = "atRequest" in instant ? instant.atRequest : 1;
  let first = at === "commit" ? Number.POSITIVE_INFINITY : at;
  return (request, number) => {
    if (at === "commit" && number < first && isCommit(request)) first = number;
    return number >= first && number < first + times;
  };
}

const isStaging = ({ body }: RecordedRequest): boolean => body.includes("agentfs_sync_reservation SET lease_until");

function armRequests(fault: CommandFault, around: Surroundings): Armed {
  if (fault.kind === "sweep") {
    let left = fault.times === 1000 ? 2 : 1;
    const hook: RequestHook = async (request) => {
      if (left === 0 || !isStaging(request)) return undefined;
      left--;
      around.strikes.add(fault.kind);
      await around.sweep();
      return undefined;
    };
    return { ...NOTHING, hook };
  }
  const isStruck = requestsFrom(fault.instant, fault.times);
  return {
    ...NOTHING,
    hook: (request, number) => {
      if (!isStruck(request, number)) return undefined;
      around.strikes.add(fault.kind);
      return proxyFault(fault);
    },
  };
}
