import type { Machine } from "./machine.ts";
import { NAME_QUERIES } from "./plain-writer.ts";
import { remoteSql } from "./remote-sql.ts";

/** Names of all files, tool calls and keys on the remote, and the sequence numbers of its receipts. */
export async function remoteNames(url: string) {
  const answers = await remoteSql(url, [
    { sql: NAME_QUERIES.files },
    { sql: NAME_QUERIES.calls },
    { sql: NAME_QUERIES.keys },
    { sql: "SELECT sequence FROM agentfs_sync_log WHERE state = 'applied' ORDER BY sequence" },
  ]);
  const [files, calls, keys, sequences] = answers.map((rows) => rows.map(([value]) => value));
  return { names: { files, calls, keys }, sequences };
}

export const same = (names: readonly string[]) => ({ files: names, calls: names, keys: names });

export const inputOf = (m: Machine, url: string) => ({ agents: ["bot"], remoteUrl: url, directory: m.dir, timeoutSeconds: 20 });
