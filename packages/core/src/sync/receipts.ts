import * as z from "zod/mini";
import { SyncError } from "../errors.ts";
import type { Remote } from "../remote/http.ts";
import { execute } from "../remote/pipeline.ts";
import type { ChangeCounts, TotalSynced } from "../report/types.ts";

const count = z._default(z.int().check(z.gte(0)), 0);
const three = z._default(z.object({ added: count, changed: count, removed: count }), { added: 0, changed: 0, removed: 0 });
const schema = z.object({
  files: z.object({ added: count, changed: count, removed: count, renamed: count }),
  keys: three,
  toolCalls: z.object({ added: count }),
  rows: three,
  schema: z._default(z.object({ added: count }), { added: 0 }),
});

const ZERO: ChangeCounts = {
  files: { added: 0, changed: 0, removed: 0, renamed: 0 },
  keys: { added: 0, changed: 0, removed: 0 },
  toolCalls: { added: 0 },
  rows: { added: 0, changed: 0, removed: 0 },
  schema: { added: 0 },
};

/** One request that only reads. @throws RequestFailed as `post` does, SyncError `remote-error` */
export async function readTotals(remote: Remote): Promise<TotalSynced> {
  const [names, log] = await execute(remote, [
    { sql: "SELECT name FROM sqlite_schema WHERE name = 'agentfs_sync_log'" },
    { sql: "SELECT counts FROM agentfs_sync_log WHERE state = 'applied'" },
  ]);
  if (names?.ok !== true)
    throw new SyncError("remote-error", `${remote.url} could not answer a query: ${names?.message ?? "no result"}.`);
  if (names.rows.length === 0) return { ...ZERO, pushes: 0, countedPushes: 0 };
  if (log?.ok !== true)
    throw new SyncError("remote-error", `${remote.url} could not answer a query: ${log?.message ?? "no result"}.`);
  const counted = log.rows
    .flatMap(([counts]) => (typeof counts === "string" ? [countsOf(counts)] : []))
    .filter((each) => each !== null);
  return { ...counted.reduce(sum, ZERO), pushes: log.rows.length, countedPushes: counted.length };
}

/** Null for a receipt whose counts are not ours to read: of another version, perhaps. */
function countsOf(text: string): ChangeCounts | null {
  try {
    const parsed = schema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    // It is then not among those counted.
    return null;
  }
}

function sum(a: ChangeCounts, b: ChangeCounts): ChangeCounts {
  const three = (x: ChangeCounts["keys"], y: ChangeCounts["keys"]) => ({
    added: x.added + y.added,
    changed: x.changed + y.changed,
    removed: x.removed + y.removed,
  });
  return {
    files: { ...three(a.files, b.files), renamed: a.files.renamed + b.files.renamed },
    keys: three(a.keys, b.keys),
    toolCalls: { added: a.toolCalls.added + b.toolCalls.added },
    rows: three(a.rows, b.rows),
    schema: { added: a.schema.added + b.schema.added },
  };
}
