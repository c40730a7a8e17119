import type { AgentOp } from "./agent.ts";

/** Of several chunks. */
export const BIG = "0123456789".repeat(1500);

export const file = (path: string, text: string): AgentOp => ({ op: "writeFile", path, text });
export const dir = (path: string): AgentOp => ({ op: "mkdir", path });
export const move = (from: string, to: string): AgentOp => ({ op: "rename", from, to });
export const unlink = (path: string): AgentOp => ({ op: "unlink", path });
export const rmdir = (path: string): AgentOp => ({ op: "rmdir", path });
export const remove = (path: string): AgentOp => ({ op: "rm", path, recursive: true });
export const link = (from: string, to: string): AgentOp => ({ op: "link", from, to });
export const symlink = (target: string, path: string): AgentOp => ({ op: "symlink", target, path });
export const chmod = (path: string, permissions: number): AgentOp => ({ op: "chmod", path, permissions });
export const chown = (path: string, uid: number): AgentOp => ({ op: "chown", path, uid });
/** Changes its access time. */
export const read = (path: string): AgentOp => ({ op: "readFile", path });
export const set = (key: string, value: unknown): AgentOp => ({ op: "kvSet", key, value });
export const forget = (key: string): AgentOp => ({ op: "kvDelete", key });
export const sql = (text: string, ...args: (string | number | null)[]): AgentOp => ({ op: "sql", sql: text, args });
export const call = (name: string, startedAt: number): AgentOp => ({
  op: "toolRecord",
  name,
  startedAt,
  completedAt: startedAt + 1,
  result: { of: name },
});
export const finish = (id: number, result: unknown): AgentOp => ({ op: "toolSuccess", id, result });

/** A file written aside and renamed over the old one, as editors do it. */
export const save = (path: string, text: string): AgentOp[] => [file("/.tmp", text), move("/.tmp", path)];

/** The same of tool calls, by name, for tables of cases, which do not know their ids. */
export const callEnds = (name: string, result: string): AgentOp =>
  sql("UPDATE tool_calls SET status = 'success', result = ?, completed_at = 2000 WHERE name = ?", JSON.stringify(result), name);
export const callFails = (name: string, error: string): AgentOp =>
  sql("UPDATE tool_calls SET status = 'error', error = ?, completed_at = 2000 WHERE name = ?", error, name);
export const callGoes = (name: string): AgentOp => sql("DELETE FROM tool_calls WHERE name = ?", name);

/**
 * What is left when a file at the root is deleted and its inode number given to a new one, as the real program does it (the SDK's
 * tables never give a number twice): the number under another entry, with other content.
 */
export const reuseNumber = (from: string, to: string, text: string): AgentOp[] => [
  sql(
    "INSERT INTO fs_dentry (name, parent_ino, ino) SELECT ?, 1, ino FROM fs_dentry WHERE name = ? AND parent_ino = 1",
    to,
    from,
  ),
  sql("DELETE FROM fs_dentry WHERE name = ? AND parent_ino = 1", from),
  file(`/${to}`, text),
];
