import { remoteSql } from "../../parts/remote-sql.ts";
import type { CommandEnd } from "../jobs/command.ts";
import type { Upheaval } from "../world/remote.ts";
import type { Verdict } from "./judge.ts";

interface Twofold {
  /** Copies of one folder that hold the same have the same push id, and whoever comes second finds that it is done. */
  readonly isTwofold: boolean;
}

/**
 * Each command that said `pushed` has its receipt on the remote, with the place in history that it said, and nobody else's has the same
 * push id; the history has no gap. What was said before the remote became another database is not asked for.
 */
export async function judgeReceipts(
  url: string,
  ends: readonly (CommandEnd & Twofold)[],
  upheavals: readonly Upheaval[],
): Promise<Verdict> {
  const [tables] = await remoteSql(url, [{ sql: "SELECT name FROM sqlite_schema WHERE name = 'agentfs_sync_log'" }]);
  if (tables?.length !== 1) return { lost: [], doubled: [] };
  const [rows = []] = await remoteSql(url, [
    { sql: "SELECT push_id, sequence FROM agentfs_sync_log WHERE state = 'applied' ORDER BY sequence" },
  ]);
  const receipts = new Map(rows.map(([pushId, sequence]) => [String(pushId), sequence]));
  const calmSince = upheavals.at(-1)?.endedAt ?? 0;
  const said = ends.flatMap(({ startedAt, report, isTwofold }) => {
    const push = report?.push;
    return startedAt >= calmSince && push?.outcome === "pushed" && push.pushId !== null ? [{ ...push, isTwofold }] : [];
  });
  const lost = said
    .filter(({ pushId, sequence }) => receipts.get(pushId ?? "") !== sequence)
    .map(
      ({ pushId, sequence }) =>
        `push ${pushId} said sequence ${sequence}, its receipt says ${receipts.get(pushId ?? "") ?? "nothing"}`,
    );
  const ids = said.filter(({ isTwofold }) => !isTwofold).map(({ pushId }) => pushId);
  const doubled = ids.filter((id, index) => ids.indexOf(id) !== index).map((id) => `push ${id} was said twice`);
  const isGapless = rows.every(([, sequence], index) => sequence === index + 1);
  return {
    lost: isGapless ? lost : [...lost, `the receipts have gaps: ${rows.map(([, sequence]) => sequence).join(", ")}`],
    doubled,
  };
}
