import { join } from "node:path";
import { expect, test } from "vitest";
import { changed, written } from "../../../../test/parts/hand.ts";
import { makeTempDir } from "../../../../test/parts/temp.ts";
import { layDifference } from "../replica/image/layer.ts";
import { PageSource } from "../replica/image/page-source.ts";
import { diff } from "./diff.ts";

test("a column of AgentFS's own tables that bears the name of the row's number hides no change", async () => {
  const tables = ["kv_store", "tool_calls", "fs_data"];
  const origin = await written((hand) => {
    for (const table of tables) hand.sql(`ALTER TABLE ${table} ADD COLUMN rowid INTEGER`);
    hand.file("/a", "before");
    hand.key("key", "before");
    hand.sql("INSERT INTO tool_calls (name, status, started_at) VALUES ('call', 'pending', 1)");
  });
  const ours = await changed(origin, (hand) => {
    hand.sql("UPDATE fs_data SET data = x'0102'");
    hand.sql("UPDATE kv_store SET value = 'after'");
    hand.sql("UPDATE tool_calls SET status = 'success'");
  });
  const snapshot = join(await makeTempDir(), "snapshot.db");
  using source = PageSource.ofFile(ours);
  expect(await layDifference(source, origin, snapshot)).toBe(true);
  const found = diff(origin, snapshot);
  expect(found).toEqual(diff(origin, ours));
  expect([found.objects.length, found.rows.length, found.toolCalls.length]).toEqual([1, 1, 1]);
});
