import type { AgentOp } from "./agent.ts";
import type { Hand } from "./hand.ts";

/** What an agent program does, without the SDK: a thousand times as fast. */
export function performByHand(hand: Hand, op: AgentOp): void {
  switch (op.op) {
    case "writeFile": {
      const text = "text" in op ? op.text : Buffer.from(op.base64, "base64").toString("utf8");
      if (hand.has(op.path)) hand.edit(op.path, text);
      else hand.file(op.path, text);
      break;
    }
    case "readFile":
      hand.sql("UPDATE fs_inode SET atime = atime + 1 WHERE ino = ?", hand.ino(op.path));
      break;
    case "mkdir":
      hand.directory(op.path);
      break;
    case "rename":
      if (hand.has(op.to)) hand.remove(op.to);
      hand.move(op.from, op.to);
      break;
    case "unlink":
    case "rmdir":
      hand.remove(op.path);
      break;
    case "rm":
      removeAll(hand, op.path);
      break;
    case "link":
      hand.link(op.from, op.to);
      break;
    case "symlink":
      hand.symlink(op.path, op.target);
      break;
    case "chmod":
      hand.sql("UPDATE fs_inode SET mode = (mode & 61440) | ? WHERE ino = ?", op.permissions, hand.ino(op.path));
      break;
    case "chown":
      hand.sql("UPDATE fs_inode SET uid = ? WHERE ino = ?", op.uid, hand.ino(op.path));
      break;
    case "kvSet":
      hand.key(op.key, JSON.stringify(op.value));
      break;
    case "kvDelete":
      hand.sql("DELETE FROM kv_store WHERE key = ?", op.key);
      break;
    case "toolRecord":
      hand.call(op.name, "success", { started_at: op.startedAt, result: JSON.stringify(op.result ?? null) });
      break;
    case "toolStart":
      hand.call(op.name, "pending");
      break;
    case "sql":
      hand.sql(op.sql, ...(op.args ?? []));
      break;
    default:
      throw new Error(`no ${op.op} by hand`);
  }
}

function removeAll(hand: Hand, path: string): void {
  const children = hand.db.prepare("SELECT name FROM fs_dentry WHERE parent_ino = ?").all(hand.ino(path));
  for (const { name } of children) removeAll(hand, `${path}/${name}`);
  hand.remove(path);
}
