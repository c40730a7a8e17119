import { describe, expect, it } from "vitest";
import { dump } from "../parts/consistency.ts";
import { Hand } from "../parts/hand.ts";
import { machine } from "../parts/machine.ts";
import { remoteSql } from "../parts/remote-sql.ts";
import { readyToStage, staged } from "../parts/staged.ts";

const LARGEST = 2n ** 63n - 1n;
const SMALLEST = -(2n ** 63n);

/** What JSON, SQLite's functions on it or a server could take for something else. */
const ODD_TEXTS = [
  "",
  "1",
  "1.0",
  "-0",
  "1e999",
  "null",
  "true",
  "[1]",
  '{"a":"b"}',
  '"',
  "\\",
  "\\u0041",
  "'",
  "\n\r\t\b\f",
  "\u0001\u001f\u007f",
  "\u2028\u2029",
  "é e\u0301",
  "\u{1f600}\u{10ffff}",
  "\ufffd\ufeff",
  "a\0b",
  " ",
  "9223372036854775807",
  "9223372036854775808",
];

describe("rows that travel as sets", () => {
  it("I1: have every value in its storage class, integers of 64 bits and odd texts included", async () => {
    const { url, proxy, m } = await readyToStage();
    {
      using hand = new Hand(m.db);
      for (let index = 0; index < 300; index++) {
        const text = ODD_TEXTS[index % ODD_TEXTS.length] ?? "";
        hand.key(`${index}${text}`, text);
        const name = `${index}-${text.replaceAll("/", "").replaceAll("\0", "")}`;
        const ino = hand.file(`/${name}`, text);
        const time = [LARGEST, SMALLEST, 2n ** 53n + 1n, 0n, -1n][index % 5] ?? 0n;
        hand.sql("UPDATE fs_inode SET mtime = ?, rdev = ?, uid = ? WHERE ino = ?", time, -time - 1n, 2n ** 31n, ino);
        hand.sql(
          "INSERT INTO tool_calls (name, parameters, result, status, started_at, completed_at) VALUES (?, ?, ?, 'success', ?, ?)",
          text,
          [null, text, Buffer.from(text)][index % 3] ?? null,
          [null, "x", Buffer.from("\xff", "latin1")][index % 3] ?? null,
          [time, 3, 1.5][index % 3] ?? null,
          index % 2 === 0 ? null : time,
        );
      }
      hand.sql("UPDATE tool_calls SET started_at = CAST(started_at AS REAL) WHERE id % 7 = 0 AND typeof(started_at) = 'real'");
    }
    expect((await m.ok("push")).push?.outcome).toBe("pushed");
    const commit = String(proxy.requests.at(-2)?.body);
    for (const table of ["fs_inode", "fs_dentry", "kv_store", "tool_calls"])
      expect([table, new RegExp(`INSERT INTO ${table} [^?]* FROM json_each\\(\\?\\) AS j WHERE 1`).test(commit)]).toEqual([
        table,
        true,
      ]);
    const fresh = await machine(url);
    await fresh.ok("pull");
    const [ours, theirs] = [dump(m.db), dump(fresh.db)];
    expect(theirs["kv_store"]).toEqual(ours["kv_store"]);
    expect(withoutNumbers(theirs["tool_calls"])).toEqual(withoutNumbers(ours["tool_calls"]));
    expect(files(theirs["fs_inode"])).toEqual(files(ours["fs_inode"]));
    expect(await fresh.list()).toEqual(await m.list());
  });

  it("10,000 small files are one transaction", async () => {
    const { url, net, m } = await readyToStage();
    {
      using hand = new Hand(m.db);
      hand.sql("BEGIN");
      for (let index = 0; index < 10_000; index++) hand.file(`/f${index}`, "x".repeat(1 + (index % 100)));
      hand.sql("COMMIT");
    }
    expect((await m.ok("push")).push?.files).toMatchObject({ added: 10_000 });
    expect(net.kinds.filter((kind) => kind === "commit")).toHaveLength(1);
    const [[counts] = []] = await remoteSql(url, [
      {
        sql: `SELECT count(*), sum(length(data)), count(DISTINCT fs_data.ino) FROM fs_data JOIN fs_dentry USING (ino) WHERE name LIKE 'f%'`,
      },
    ]);
    expect(counts).toEqual([10_000, 505_000, 10_000]);
    expect(await staged(url)).toEqual([0, 0, 0]);
  });
});

/** The rows but for their first column, in order. */
function withoutNumbers(rows: readonly string[] | undefined): string[] {
  return (rows ?? []).map((row) => row.replace(/^\["[^"]*",/, "[")).toSorted();
}

/** A directory's times are each machine's own until the next pull. */
const files = (rows: readonly string[] | undefined) => withoutNumbers(rows).filter((row) => row.startsWith('["33188"'));
