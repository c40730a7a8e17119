import { describe, expect, test } from "vitest";
import { type Hand, written } from "../../../../../test/parts/hand.ts";
import { refusedBy } from "../../../../../test/parts/refused-by.ts";
import { SYNC_TABLES } from "../../agentfs/schema.ts";
import { stageGuards } from "./guards.ts";
import { Stage } from "./stage.ts";

describe("a commit of what was staged is refused after", () => {
  const range = (first: bigint) => ({ first, last: first + 99n });
  const stage = new Stage("r1", { inode: range(1000n), entry: range(2000n), toolCall: range(3000n) });
  stage.contents.set("whole 9", { ino: 1050n, rowCount: 2, sizeBytes: 5 });
  stage.contents.set("changed 8", { ino: 1051n, rowCount: 0, sizeBytes: 0 });
  stage.values.set("v", { id: 1n, sizeBytes: 4 });
  const asStaged = (hand: Hand) => {
    hand.sql("INSERT INTO agentfs_sync_reservation VALUES ('r1', 'p', 'open', 1, 1000, 1099, 2000, 2099, 3000, 3099)");
    hand.sql("INSERT INTO fs_data VALUES (1050, 0, x'ff80'), (1050, 7, x'000102')");
    hand.sql("INSERT INTO agentfs_sync_stage VALUES ('r1', 1, 'é''x'), ('r2', 1, 'other')");
  };

  test.for<[name: string, refused: readonly string[], write: (hand: Hand) => void]>([
    ["nothing at all", [], () => undefined],
    ["numbers above the reserved ones", [], (hand) => hand.node("/high", 0o100644, 0, 9_000_000n)],
    ["its end", ["reservation"], (hand) => hand.sql("DELETE FROM agentfs_sync_reservation")],
    ["its revocation", ["reservation"], (hand) => hand.sql("UPDATE agentfs_sync_reservation SET state = 'revoked'")],
    [
      "its return with other numbers",
      ["reservation"],
      (hand) => hand.sql("UPDATE agentfs_sync_reservation SET first_inode = 5000, last_inode = 5099"),
    ],
    [
      "an inode in the range",
      ["numbers of fs_inode"],
      (hand) => hand.sql("INSERT INTO fs_inode (ino, mode, atime, mtime, ctime) VALUES (1099, 1, 1, 1, 1)"),
    ],
    ["an entry in the range", ["numbers of fs_dentry"], (hand) => hand.sql("INSERT INTO fs_dentry VALUES (2000, 'e', 1, 2)")],
    [
      "a call in the range",
      ["numbers of tool_calls"],
      (hand) => hand.sql("INSERT INTO tool_calls (id, name, started_at) VALUES (3001, 'c', 1)"),
    ],
    [
      "a staged row that is missing",
      ["staged content"],
      (hand) => hand.sql("DELETE FROM fs_data WHERE ino = 1050 AND chunk_index = 7"),
    ],
    [
      "a staged row that is longer",
      ["staged content"],
      (hand) => hand.sql("UPDATE fs_data SET data = x'ff8000' WHERE chunk_index = 0 AND ino = 1050"),
    ],
    [
      "a staged value that is missing",
      ["staged values"],
      (hand) => hand.sql("DELETE FROM agentfs_sync_stage WHERE reservation = 'r1'"),
    ],
    [
      "a staged value that is shorter",
      ["staged values"],
      (hand) => hand.sql("UPDATE agentfs_sync_stage SET value = 'e''x' WHERE reservation = 'r1'"),
    ],
  ])("%s", async ([, refused, write]) => {
    const path = await written((hand) => {
      for (const sql of Object.values(SYNC_TABLES)) hand.sql(sql);
      asStaged(hand);
      write(hand);
    });
    expect(refusedBy(stageGuards(stage), path)).toEqual(refused);
  });
});
