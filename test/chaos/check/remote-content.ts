import { remoteSql } from "../../parts/remote-sql.ts";
import { digestOf, type Thing } from "../writer/journal.ts";

/** All files, keys and tool calls that the server holds, by plain SQL: one entry each, so that what is there twice is here twice. */
export async function remoteThings(url: string): Promise<readonly Thing[]> {
  const [tables] = await remoteSql(url, [
    { sql: "SELECT name FROM sqlite_schema WHERE name IN ('fs_dentry', 'kv_store', 'tool_calls')" },
  ]);
  if (tables?.length !== 3) return [];
  const [entries = [], chunks = [], keys = [], calls = []] = await remoteSql(url, [
    {
      sql: `SELECT d.parent_ino, d.name, d.ino, i.mode & 61440 FROM fs_dentry AS d LEFT JOIN fs_inode AS i ON i.ino = d.ino`,
    },
    { sql: "SELECT ino, data FROM fs_data ORDER BY ino, chunk_index" },
    { sql: "SELECT key, value FROM kv_store" },
    { sql: "SELECT name FROM tool_calls" },
  ]);
  const content = new Map<unknown, Buffer[]>();
  for (const [ino, data] of chunks) content.set(ino, [...(content.get(ino) ?? []), Buffer.from(String(data ?? ""), "base64")]);
  const above = new Map(entries.map(([parent, name, ino]) => [ino, { parent, name }]));
  const pathOf = (ino: unknown): string => {
    const found = above.get(ino as number);
    return found === undefined ? "" : `${pathOf(found.parent)}/${found.name}`;
  };
  const files = entries.filter(([, , , mode]) => mode !== 16384);
  return [
    ...files.map(
      ([parent, name, ino]): Thing => ({
        kind: "file",
        name: `${pathOf(parent)}/${name}`,
        digest: digestOf(Buffer.concat(content.get(ino) ?? [])),
      }),
    ),
    ...keys.map(([key, value]): Thing => ({ kind: "key", name: String(key), digest: digestOf(String(value)) })),
    ...calls.map(([name]): Thing => ({ kind: "call", name: String(name), digest: "" })),
  ];
}
