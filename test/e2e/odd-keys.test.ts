import { expect, it } from "vitest";
import { pulled } from "../parts/machine.ts";
import { text } from "../parts/ops.ts";
import { withDatabase } from "../parts/plain-writer.ts";
import { pulledSetting } from "../parts/pulled-setting.ts";
import { remoteSql } from "../parts/remote-sql.ts";

/** What SQLite takes for a TEXT key, and no SDK ever writes. */
const ODD_KEYS = "INSERT INTO kv_store (key, value) VALUES (NULL, '1'), (NULL, '2'), (x'0102', '3')";

it("I1: keys on the remote that are NULL or bytes are pulled, and stand in the way of nothing", async () => {
  const { url, m } = await pulledSetting();
  await remoteSql(url, [{ sql: ODD_KEYS }]);
  expect((await m.ok("pull")).pull?.outcome).toBe("pulled");
  expect((await m.ok("push")).push?.outcome).toBe("unchanged");
  await m.write(text("/y", "y"), { op: "kvSet", key: "k", value: 1 });
  expect((await m.ok("sync")).push).toMatchObject({ outcome: "pushed", keys: { added: 0, changed: 1, removed: 0 } });
  expect((await m.ok("sync")).push?.outcome).toBe("unchanged");
  expect((await pulled(url)).files).toEqual((await m.list()).files);
});

it("I1: such keys that the job writes are refused before anything is sent, and pushed once they are mended", async () => {
  const { url, m } = await pulledSetting();
  const before = await pulled(url);
  withDatabase(m.db, (db) => db.exec(ODD_KEYS));
  expect(await m.run("push")).toMatchObject({ push: { outcome: "failed" }, error: { code: "unsupported-value" } });
  expect(await pulled(url)).toEqual(before);
  withDatabase(m.db, (db) => db.exec("UPDATE kv_store SET key = 'odd' || rowid WHERE typeof(key) <> 'text'"));
  expect((await m.ok("push")).push).toMatchObject({ outcome: "pushed", keys: { added: 3, changed: 0, removed: 0 } });
  expect(await pulled(url)).toEqual(await m.list());
});
