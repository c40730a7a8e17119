/** What a fault strikes: a process, one request, the server, the database on it, the disk or the clock of a job. */
export type Family = "process" | "request" | "server" | "remote" | "disk" | "clock";

interface FaultRule {
  readonly family: Family;
  /** How often it is drawn, in relation to the others. */
  readonly weight: number;
  readonly what: string;
}

const rule = (family: Family, weight: number, what: string): FaultRule => ({ family, weight, what });

/** The one table of what goes wrong: the schedule draws from it, and the result counts by it. */
export const FAULTS = {
  kill: rule("process", 12, "SIGKILL at an instant, at a request, or before a change of a file"),
  terminate: rule("process", 5, "SIGTERM at an instant or at a request"),
  interrupt: rule("process", 5, "SIGINT at an instant or at a request"),
  "late-request": rule("request", 3, "the request reaches the server late"),
  "late-answer": rule("request", 3, "the server does the work at once, its answer comes late"),
  "lost-request": rule("request", 3, "the connection ends before the server saw the request"),
  "lost-answer": rule("request", 6, "the connection ends after the server did the work"),
  reset: rule("request", 3, "the connection is reset after the server did the work"),
  cut: rule("request", 4, "the answer ends at some byte"),
  drip: rule("request", 2, "the answer comes a few bytes at a time"),
  silence: rule("request", 1, "no answer ever comes"),
  "status-401": rule("request", 1, "401"),
  "status-403": rule("request", 1, "403"),
  "status-404": rule("request", 1, "404"),
  "status-429": rule("request", 2, "429, with Retry-After"),
  "status-500": rule("request", 2, "500"),
  "status-502": rule("request", 1, "502"),
  "status-503": rule("request", 2, "503"),
  html: rule("request", 1, "a page of HTML with status 200"),
  empty: rule("request", 1, "nothing at all with status 200"),
  sweep: rule("request", 3, "another pusher sweeps this push's reservation away, as if its lease were over"),
  "server-kill": rule("server", 5, "the server is killed and started again"),
  "server-pause": rule("server", 2, "the server stands still for a while"),
  recreate: rule("remote", 2, "the database is removed, and a new one made in its place"),
  restore: rule("remote", 2, "the database is put back from an older copy"),
  "disk-full": rule("disk", 4, "the disk is full, or nearly"),
  "disk-fails": rule("disk", 3, "one change of a file fails as on a full disk"),
  "read-only": rule("disk", 2, "the job's folder cannot be written"),
  "clock-jump": rule("clock", 4, "the clock jumps by hours, either way"),
} as const satisfies Record<string, FaultRule>;

export type FaultKind = keyof typeof FAULTS;

export const FAULT_KINDS = Object.keys(FAULTS) as readonly FaultKind[];

/** The kinds that the words name: kinds, families, or the first word of kinds (`server`); undefined if one names nothing. */
export function kindsNamed(words: readonly string[]): readonly FaultKind[] | undefined {
  const named = words.map((word) =>
    FAULT_KINDS.filter((kind) => kind === word || FAULTS[kind].family === word || kind.startsWith(`${word}-`)),
  );
  return named.some((kinds) => kinds.length === 0) ? undefined : [...new Set(named.flat())];
}
