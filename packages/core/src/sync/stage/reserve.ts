import type { Changeset } from "../../agentfs/changeset.ts";
import type { Marks } from "../../agentfs/facts.ts";
import { GAP } from "../../agentfs/merge/numbers.ts";
import type { Plan } from "../../agentfs/merge/types.ts";
import { STAGING_TABLES, SYNC_TABLES } from "../../agentfs/schema.ts";
import { openSide } from "../../agentfs/side.ts";
import { SyncError } from "../../errors.ts";
import { randomUuid } from "../../random-uuid.ts";
import type { Statement } from "../../remote/pipeline.ts";
import type { SqlValue } from "../../remote/value.ts";
import type { Base } from "../../replica/base.ts";
import { writeReservation } from "../../replica/reservation.ts";
import type { AgentContext } from "../context.ts";
import { guardStatement, metaIs } from "../guards.ts";
import { sendTransaction } from "./send.ts";
import { Stage } from "./stage.ts";

/** How long a reservation holds without a sign of life of its push; each request of it starts it anew. */
export const LEASE_SECONDS = 600;

const LEAST_NUMBERS = 1n << 16n;

/** What `reserve` will give to a push with these changes if the remote is still as in the base; new files have their places in it. */
export function expectedStage(base: Base, changeset: Changeset): Stage {
  const { marks } = base.facts;
  const highest = highestOf(base);
  const counts = countsFor(changeset);
  const range = (kind: keyof Marks) => {
    const first = (marks[kind] > highest[kind] ? marks[kind] : highest[kind]) + GAP;
    return { first, last: first + counts[kind] };
  };
  const stage = new Stage(randomUuid(), { inode: range("inode"), entry: range("entry"), toolCall: range("toolCall") });
  for (const { ino, before, after } of changeset.objects) {
    if (before === null && (after?.content?.chunkCount ?? 0) > 0) stage.placeOf(ino);
  }
  return stage;
}

/**
 * Takes ranges of numbers for one push alone: above all that are in use or were ever given out, and by the server's own look at them.
 * The marks rise with it, so that nobody plans into them. Null if the remote is not the base's database any more. Answers `expected`
 * itself if just that was reserved.
 * @throws SyncError `remote-error`, and as requests do
 */
export async function reserve(
  context: AgentContext,
  pushId: string,
  base: Base,
  changeset: Changeset,
  plan: Plan,
  expected: Stage | null,
): Promise<Stage | null> {
  const id = expected?.id ?? randomUuid();
  await writeReservation(context.paths, id);
  const { marks, uuid } = base.facts;
  // The base knows more than these tables: content without an inode, and what SQLite's own counters have given out.
  const highest = highestOf(base);
  const counts = expected === null ? countsFor(changeset, plan) : countsFor(changeset);
  const tables = STAGING_TABLES.map((name): Statement => ({ sql: SYNC_TABLES[name] ?? "" }));
  const kinds = [
    ["mark.inode", "fs_inode", "ino", marks.inode, highest.inode, counts.inode],
    ["mark.entry", "fs_dentry", "id", marks.entry, highest.entry, counts.entry],
    ["mark.tool_call", "tool_calls", "id", marks.toolCall, highest.toolCall, counts.toolCall],
  ] as const;
  const starts = kinds.map(
    ([mark, table, column], index) => `max(?, ?, coalesce((SELECT max(${column}) FROM ${table}), 0),
      coalesce((SELECT CAST(value AS INTEGER) FROM agentfs_sync_meta WHERE key = '${mark}'), 0)) + ${GAP} AS first_${index}`,
  );
  const ranges = kinds.map((_, index) => `first_${index}, first_${index} + ?`);
  const outcome = await sendTransaction(context, [
    ...tables,
    guardStatement(metaIs("uuid", uuid ?? "0")),
    {
      sql: `INSERT INTO agentfs_sync_reservation (id, push_id, state, lease_until, first_inode, last_inode, first_entry, last_entry,
        first_tool_call, last_tool_call) SELECT ?, ?, 'open', unixepoch() + ${LEASE_SECONDS}, ${ranges.join(", ")}
        FROM (SELECT ${starts.join(", ")}) WHERE 1 ON CONFLICT (id) DO NOTHING`,
      args: [id, pushId, ...kinds.map((kind) => kind[5]), ...kinds.flatMap((kind) => [kind[3], kind[4]])],
    },
    ...kinds.map(([mark], index) => raiseMark(mark, ["last_inode", "last_entry", "last_tool_call"][index] ?? "", id)),
    { sql: `SELECT ${RANGE_COLUMNS.join(", ")} FROM agentfs_sync_reservation WHERE id = ?`, args: [id] },
  ]);
  if (!outcome.done) {
    if (outcome.failedAt === tables.length) return null;
    throw new SyncError("remote-error", `${context.remote.url} could not reserve numbers for the push: ${outcome.message}.`);
  }
  const [row = []] = outcome.rows;
  const range = (at: number) => ({ first: whole(context, row[at]), last: whole(context, row[at + 1]) });
  const given = { inode: range(0), entry: range(2), toolCall: range(4) };
  return expected !== null && sameRanges(given, expected.ranges) ? expected : new Stage(id, given);
}

function whole({ remote }: AgentContext, value: SqlValue | undefined): bigint {
  if (typeof value === "bigint" && value > GAP / 2n) return value;
  throw new SyncError("remote-protocol", `${remote.url} reserved ${String(value)}, which is no number for what is new.`);
}

const RANGE_COLUMNS = ["first_inode", "last_inode", "first_entry", "last_entry", "first_tool_call", "last_tool_call"];

function highestOf(base: Base) {
  using side = openSide(base.path);
  return side.highest;
}

function sameRanges(a: Stage["ranges"], b: Stage["ranges"]): boolean {
  const kinds = ["inode", "entry", "toolCall"] as const;
  return kinds.every((kind) => a[kind].first === b[kind].first && a[kind].last === b[kind].last);
}

/** Several times what these changes, or their plan, need: one that comes after a race may need more. */
function countsFor({ objects, entries, toolCalls, rows, tables }: Changeset, plan?: Plan) {
  const changed = objects.length + entries.length + toolCalls.length + rows.length + tables.length;
  const planned =
    plan === undefined
      ? 0
      : plan.inodes.insert.length + plan.entries.insert.length + plan.toolCalls.insert.length + plan.contents.length;
  const count = LEAST_NUMBERS + 4n * BigInt(changed + planned);
  return { inode: 2n * count, entry: count, toolCall: count };
}

function raiseMark(mark: string, column: string, id: string): Statement {
  return {
    sql: `INSERT INTO agentfs_sync_meta (key, value) SELECT ?, CAST(${column} AS TEXT) FROM agentfs_sync_reservation WHERE id = ?
      ON CONFLICT (key) DO UPDATE SET value = CASE WHEN CAST(value AS INTEGER) < CAST(excluded.value AS INTEGER)
      THEN excluded.value ELSE value END`,
    args: [mark, id],
  };
}
