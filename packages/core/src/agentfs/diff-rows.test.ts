import { describe, expect, test } from "vitest";
import { changed, written } from "../../../../test/parts/hand.ts";
import { diff } from "./diff.ts";

describe("a row whose key is no TEXT, which SQLite takes", () => {
  const withKeys = () =>
    written((hand) => {
      for (const value of ["b", "c"]) hand.sql("INSERT INTO kv_store (key, value) VALUES (NULL, ?)", value);
      hand.sql("INSERT INTO kv_store (key, value) VALUES (x'0102', 'd')");
    });

  test("is no change where both sides have it, two with NULL among them", async () => {
    const origin = await withKeys();
    const { rows } = diff(origin, await changed(origin, (hand) => hand.key("one", "1")));
    expect(rows).toMatchObject([{ key: "one", before: null }]);
  });

  test.for([
    ["with a NULL key is added", "INSERT INTO kv_store (key, value) VALUES (NULL, 'e')", "NULL"],
    ["with a NULL key is changed", "UPDATE kv_store SET value = 'e' WHERE value = 'c'", "NULL"],
    ["with a NULL key is removed", "DELETE FROM kv_store WHERE value = 'b'", "NULL"],
    ["with a BLOB as key is changed", "UPDATE kv_store SET value = 'e' WHERE value = 'd'", "a BLOB"],
  ] as const)("is refused where one %s", async ([, sql, what]) => {
    const origin = await withKeys();
    const now = await changed(origin, (hand) => hand.sql(sql));
    const message = `A row of kv_store that was added, changed or removed has ${what} as its key.`;
    expect(() => diff(origin, now)).toThrow(expect.objectContaining({ code: "unsupported-value", message }) as Error);
  });
});

test("a value counts by its bytes, also as a BLOB", async () => {
  const origin = await written();
  const sizeWith = async (value: string | Buffer) =>
    diff(origin, await changed(origin, (hand) => hand.key("n", value))).sizeBytes;
  expect((await sizeWith(Buffer.alloc(5000))) - (await sizeWith(Buffer.alloc(10)))).toBe(4990);
  expect(await sizeWith("é")).toBe(await sizeWith(Buffer.alloc(2)));
});
