import type { AgentTarget } from "../config/types.ts";
import { type ErrorCode, SyncError, toSyncError } from "../errors.ts";
import { Deadline } from "../remote/deadline.ts";
import { openRemote, type Remote } from "../remote/http.ts";
import { openPages, PAGE_SIZE_BYTES } from "../remote/pages.ts";
import { type Probe, probe } from "../remote/probe.ts";
import { sizeText } from "../report/size.ts";
import { type Check, checker } from "./check.ts";

/** What is asked of a remote; it is only read. */
export interface RemoteCheckOptions {
  readonly authToken: string | null;
  /** For all requests together. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** Reachability, token, SQL, page stream and clock, each as far as the one before allows. Never throws. */
export async function checkRemote({ agent, remoteUrl }: AgentTarget, options: RemoteCheckOptions): Promise<readonly Check[]> {
  const deadline = new Deadline(options.timeoutMs, options.signal);
  const dates: (string | undefined)[] = [];
  const answered: Remote["answered"] = ({ date }) => dates.push(date);
  const remote: Remote = { ...openRemote(remoteUrl, options.authToken, deadline, () => undefined), answered };
  const [reached, token, sql] = [checker("remote", agent), checker("token", agent), checker("sql", agent)];
  const clock = () => checkClock(checker("clock", agent), dates.at(-1));
  const startedAt = performance.now();
  let found: Probe;
  try {
    found = await probe(remote, null);
  } catch (thrown) {
    const { code } = toSyncError(thrown);
    if (code === "unauthorized" || code === "forbidden")
      return [reached.ok(`${remoteUrl} answers`), token.failed(thrown), clock()];
    if (NO_ANSWER.has(code)) return [reached.failed(thrown)];
    return [reached.ok(`${remoteUrl} answers`), sql.failed(thrown), clock()];
  }
  const tookMs = Math.round(performance.now() - startedAt);
  return [
    reached.ok(`${remoteUrl} answers (${tookMs} ms)`),
    token.ok(options.authToken === null ? "the server asks for none" : "the server takes it"),
    checkContent(sql, agent, found),
    await checkPages(checker("pages", agent), remote, found),
    clock(),
  ];
}

type Checker = ReturnType<typeof checker>;

const NO_ANSWER: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "remote-unreachable",
  "remote-timeout",
  "aborted",
  "remote-not-found",
]);

function checkContent(check: Checker, agent: string, { facts, isEmpty }: Probe): Check {
  if (isEmpty) return check.ok("/v2/pipeline understands us; the database is empty: the first push makes the agent");
  if (facts.agent !== null && facts.agent !== agent) {
    const message = `The database belongs to the agent "${facts.agent}", not to "${agent}".`;
    return check.failed(new SyncError("remote-agent-mismatch", message));
  }
  return check.ok(`/v2/pipeline understands us; the newest push is ${facts.sequence}`);
}

async function checkPages(check: Checker, remote: Remote, { isEmpty }: Probe): Promise<Check> {
  try {
    const { header, pages } = await openPages(remote, null);
    // The header says all that is asked; what follows is the whole database.
    await pages.return(undefined);
    if (header.pageCount === 0 && !isEmpty) {
      const message = `${remote.url}/pull-updates has no pages, though the database has tables.`;
      throw new SyncError("remote-protocol", message, {
        hint: "Start the server again; the local one loses them by a checkpoint.",
      });
    }
    return check.ok(`/pull-updates sends pages (${sizeText(header.pageCount * PAGE_SIZE_BYTES)} in all), no MVCC log`);
  } catch (thrown) {
    return check.failed(thrown);
  }
}

const MOST_SKEW_MS = 60_000;

/** A token is refused before its time or after it by a clock that is wrong. The header has whole seconds. */
function checkClock(check: Checker, date: string | undefined): Check {
  const theirs = Date.parse(date ?? "");
  if (Number.isNaN(theirs)) return check.skipped("the server does not say what time it is");
  const skewMs = Date.now() - theirs;
  if (Math.abs(skewMs) <= MOST_SKEW_MS) return check.ok("agrees with the server's to a minute");
  const how = `${Math.round(Math.abs(skewMs) / 1000)} s ${skewMs > 0 ? "ahead of" : "behind"} the server's`;
  return check.warning(
    `the clock of this machine is ${how}`,
    "Set it (NTP): tokens run out by it, and certificates are not valid yet or any more.",
  );
}
