import { describe, expect, it } from "vitest";
import { Hand } from "../parts/hand.ts";
import { machine, pulled } from "../parts/machine.ts";
import { text } from "../parts/ops.ts";
import { remoteSql } from "../parts/remote-sql.ts";
import { expectAllArrived, MEGABYTE, randomFile, readyToStage } from "../parts/staged.ts";

describe("a push of more than a commit carries", () => {
  it("I1: brings 20 MB byte for byte, in requests of bounded size, with one commit", async () => {
    const { url, net, proxy, m } = await readyToStage();
    await m.write(randomFile("/big.bin", 20 * MEGABYTE), randomFile("/d/half.bin", MEGABYTE / 2));
    expect((await m.ok("push")).push?.outcome).toBe("pushed");
    expect(net.kinds.filter((kind) => kind !== "stage")).toEqual(["reserve", "commit", "read-back"]);
    expect(net.kinds.filter((kind) => kind === "stage")).toHaveLength(11);
    expect(Math.max(...proxy.requests.map(({ body }) => body.length))).toBeLessThan(3 * MEGABYTE);
    await expectAllArrived(url, m);
  });

  it("a new file takes the number that its content was staged under: the commit has nothing to move", async () => {
    const { url, net, proxy, m } = await readyToStage();
    await m.write(randomFile("/big.bin", MEGABYTE));
    await m.ok("push");
    const commit = proxy.requests[proxy.requests.length - 2];
    expect(net.kinds.at(-2)).toBe("commit");
    expect(commit?.body.toString()).not.toContain("UPDATE fs_data");
    expect(commit?.body.length).toBeLessThan(10_000);
    await expectAllArrived(url, m);
  });

  it("and what is less is sent in the commit alone", async () => {
    const { net, m } = await readyToStage();
    await m.write(randomFile("/a.bin", 200_000));
    await m.ok("push");
    expect(net.kinds).toEqual(["commit", "read-back"]);
  });

  it("changes chunks of a large file, grows, shortens and empties it, and replaces it whole", async () => {
    const { url, m } = await readyToStage();
    await m.write(randomFile("/big.bin", 3 * MEGABYTE), randomFile("/other.bin", 2 * MEGABYTE));
    await m.ok("push");
    const changes: readonly ((hand: Hand) => void)[] = [
      // Numbers of the machine's own and of the remote differ by now: each goes by the map.
      (hand) =>
        hand.sql("UPDATE fs_data SET data = randomblob(4096) WHERE ino = ? AND chunk_index % 2 = 0", hand.ino("/big.bin")),
      (hand) => hand.edit("/big.bin", "g".repeat(4 * MEGABYTE + 1)),
      (hand) => {
        hand.edit("/big.bin", "s".repeat(MEGABYTE + 17));
        hand.edit("/other.bin", "");
        hand.file("/new.bin", "n".repeat(5000));
      },
      (hand) => {
        hand.remove("/big.bin");
        hand.file("/big.bin", "r".repeat(MEGABYTE));
        hand.edit("/other.bin", "o".repeat(MEGABYTE));
      },
    ];
    for (const change of changes) {
      {
        using hand = new Hand(m.db);
        change(hand);
      }
      expect((await m.ok("push")).push?.outcome).toBe("pushed");
      await expectAllArrived(url, m);
    }
  });

  it("brings large keys, results of tool calls and link targets of each storage class", async () => {
    const { url, proxy, m } = await readyToStage();
    const json = JSON.stringify({ text: "é\u{1f600}\n\"'".repeat(200_000) });
    {
      using hand = new Hand(m.db);
      hand.key("large", json);
      hand.key("large as bytes", Buffer.alloc(5000, "0"));
      hand.key("small", "1");
      hand.sql("INSERT INTO tool_calls (name, result, status, started_at) VALUES ('t', ?, 'success', 10)", json);
      hand.sql("INSERT INTO tool_calls (name, parameters, status, started_at) VALUES ('u', '{}', 'pending', 10)");
      hand.symlink("/link", `/${"x".repeat(5000)}`);
    }
    await m.ok("push");
    const commit = proxy.requests[proxy.requests.length - 2];
    expect(commit?.body.length).toBeLessThan(10_000);
    const rows = await remoteSql(url, [
      { sql: "SELECT key, iif(typeof(value) = 'blob', hex(value), value), typeof(value) FROM kv_store ORDER BY key" },
      { sql: "SELECT name, parameters, result, typeof(result) FROM tool_calls ORDER BY name" },
      { sql: "SELECT length(target) FROM fs_symlink" },
    ]);
    expect(rows).toEqual([
      [
        ["large", json, "text"],
        ["large as bytes", "30".repeat(5000), "blob"],
        ["small", "1", "text"],
      ],
      [
        ["t", null, json, "text"],
        ["u", "{}", null, "null"],
      ],
      [[5001]],
    ]);
  });

  it("what it replaces and removes is not sent back to be compared, however large it is", async () => {
    const { proxy, m, url } = await readyToStage();
    const change = (sql: string) => {
      using hand = new Hand(m.db);
      hand.sql(sql);
    };
    change("CREATE TABLE notes (id INTEGER PRIMARY KEY, body TEXT)");
    for (const name of ["a", "b"]) {
      change(`INSERT INTO notes (body) VALUES (hex(randomblob(${MEGABYTE})))`);
      change(`INSERT INTO kv_store (key, value) VALUES ('${name}', '"' || hex(randomblob(${MEGABYTE})) || '"')`);
    }
    await m.ok("push");
    proxy.requests.length = 0;
    for (const [table, key, value] of [
      ["kv_store", "key = 'a'", "value"],
      ["notes", "id = 1", "body"],
    ]) {
      change(`UPDATE ${table} SET ${value} = '1' WHERE ${key}`);
      change(`DELETE FROM ${table} WHERE NOT ${key}`);
    }
    expect((await m.ok("push", { allow: ["mass-change"] })).push?.outcome).toBe("pushed");
    expect(proxy.requests.reduce((sum, { body }) => sum + body.length, 0)).toBeLessThan(20_000);
    const [keys, notes] = await remoteSql(url, [
      { sql: "SELECT key, value FROM kv_store" },
      { sql: "SELECT id, body FROM notes" },
    ]);
    expect([keys, notes]).toEqual([[["a", "1"]], [[1, "1"]]]);
  });

  it("fills a remote that earlier versions have initialised: what staging needs is made", async () => {
    const { url, m } = await readyToStage();
    await remoteSql(url, [{ sql: "DROP TABLE agentfs_sync_reservation" }, { sql: "DROP TABLE agentfs_sync_stage" }]);
    await m.ok("sync");
    await m.write(randomFile("/big.bin", MEGABYTE));
    await m.ok("push");
    await expectAllArrived(url, m);
  });

  it("is no trouble for the next pushes of the same machine and of others", async () => {
    const { url, net, m } = await readyToStage();
    const other = await machine(url);
    await other.ok("pull");
    await m.write(randomFile("/big.bin", MEGABYTE));
    await m.ok("push");
    await other.write(text("/theirs", "t"), randomFile("/theirs.bin", MEGABYTE));
    await other.ok("push");
    await m.write(text("/after", "a"));
    net.kinds.length = 0;
    await m.ok("sync");
    expect(net.kinds).not.toContain("sweep");
    expect(Object.keys((await pulled(url)).files)).toEqual(["/after", "/big.bin", "/small", "/theirs", "/theirs.bin"]);
    await expectAllArrived(url, m);
  });
});
