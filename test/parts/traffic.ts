import type { Fault, RecordedRequest } from "./proxy.ts";

/** What a request of the engine is for. `read-back` is the page request that follows a commit. */
export type RequestKind =
  | "probe"
  | "pages"
  | "initialise"
  | "reserve"
  | "stage"
  | "sweep"
  | "commit"
  | "read-back"
  | "settle"
  | "look"
  | "turn"
  | "other";

/** Knows the engine's requests by what is in them; make a new one for each proxy. */
function requestKinds(): (request: RecordedRequest) => RequestKind {
  let afterCommit = false;
  return ({ path, body }) => {
    const kind = kindOf(path, body.toString("utf8"), afterCommit);
    if (kind === "commit") afterCommit = true;
    else if (kind !== "settle") afterCommit = false;
    return kind;
  };
}

function kindOf(path: string, body: string, afterCommit: boolean): RequestKind {
  if (path === "/pull-updates") return afterCommit ? "read-back" : "pages";
  if (path !== "/v2/pipeline") return "other";
  if (body.includes("INSERT INTO agentfs_sync_log (push_id, state, sequence")) return "commit";
  if (body.includes("'turn'")) return "turn";
  if (body.includes("CREATE TABLE IF NOT EXISTS fs_inode")) return "initialise";
  if (body.includes("INSERT INTO agentfs_sync_reservation")) return "reserve";
  if (body.includes("UPDATE agentfs_sync_reservation SET lease_until")) return "stage";
  if (body.includes("SET state = 'revoked'") || body.includes("WHERE lease_until <")) return "sweep";
  if (body.includes("'revoked'")) return "settle";
  if (body.includes("FROM sqlite_schema")) return "probe";
  return body.includes("SELECT state, sequence, digest") ? "look" : "other";
}

/** A fault that a test can change while the proxy runs; and what was asked so far, by kind. */
export interface Traffic {
  readonly kinds: RequestKind[];
  /** Set to nothing: all goes through. */
  rule: ((kind: RequestKind, request: RecordedRequest) => Fault | undefined | Promise<Fault | undefined>) | undefined;
  /** For `startProxy`. */
  readonly fault: (request: RecordedRequest) => Fault | undefined | Promise<Fault | undefined>;
}

export function traffic(): Traffic {
  const kindOfRequest = requestKinds();
  const made: Traffic = {
    kinds: [],
    rule: undefined,
    fault: (request) => {
      const kind = kindOfRequest(request);
      made.kinds.push(kind);
      return made.rule?.(kind, request);
    },
  };
  return made;
}

/** Something that happens once, later: a promise with its key. */
export function gate<T = void>(): { readonly opened: Promise<T>; readonly open: (value: T) => void } {
  const { promise, resolve } = Promise.withResolvers<T>();
  return { opened: promise, open: resolve };
}
