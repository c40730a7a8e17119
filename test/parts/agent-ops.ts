import type { AgentFS } from "agentfs-sdk";

/** What an agent program does, as data that can be sent to a child process. */
export type AgentOp =
  | { readonly op: "writeFile"; readonly path: string; readonly text: string }
  | { readonly op: "writeFile"; readonly path: string; readonly base64: string }
  | { readonly op: "append"; readonly path: string; readonly base64: string }
  /** Shorter, or longer with a hole at its end. */
  | { readonly op: "truncate"; readonly path: string; readonly sizeBytes: number }
  | { readonly op: "readFile"; readonly path: string; readonly as?: "text" | "base64" }
  | { readonly op: "mkdir" | "unlink" | "rmdir" | "readdir" | "stat" | "readlink"; readonly path: string }
  | { readonly op: "rm"; readonly path: string; readonly recursive?: boolean }
  | { readonly op: "rename"; readonly from: string; readonly to: string }
  | { readonly op: "symlink"; readonly target: string; readonly path: string }
  /** A hard link. The SDK has none, so it is made as `agentfs` makes it: one more entry, and the link count. */
  | { readonly op: "link"; readonly from: string; readonly to: string }
  /** Permissions and owner, which the SDK cannot change: made as `agentfs` makes them. */
  | { readonly op: "chmod"; readonly path: string; readonly permissions: number }
  | { readonly op: "chown"; readonly path: string; readonly uid: number }
  | { readonly op: "kvSet"; readonly key: string; readonly value: unknown }
  | { readonly op: "kvGet" | "kvDelete"; readonly key: string }
  | { readonly op: "kvList"; readonly prefix: string }
  | {
      readonly op: "toolRecord";
      readonly name: string;
      /** Unix seconds. */
      readonly startedAt: number;
      readonly completedAt: number;
      readonly parameters?: unknown;
      readonly result?: unknown;
      readonly error?: string;
    }
  | { readonly op: "toolStart"; readonly name: string; readonly parameters?: unknown }
  | { readonly op: "toolSuccess"; readonly id: number; readonly result?: unknown }
  | { readonly op: "toolError"; readonly id: number; readonly error: string }
  | { readonly op: "toolList" }
  /** Any one statement, with positional arguments; answers its rows. */
  | { readonly op: "sql"; readonly sql: string; readonly args?: readonly (string | number | null)[] };

/** What the SDK gives for any database: its own, or one of the native sync client. */
export type OpenAgent = Pick<AgentFS, "fs" | "kv" | "tools" | "getDatabase">;

/** Does one operation with the real SDK; the answer is JSON. */
export async function perform(agent: OpenAgent, op: AgentOp): Promise<unknown> {
  const { fs, kv, tools } = agent;
  switch (op.op) {
    case "writeFile":
      return fs.writeFile(op.path, "text" in op ? op.text : Buffer.from(op.base64, "base64"));
    case "append":
      return (await fs.open(op.path)).pwrite((await fs.stat(op.path)).size, Buffer.from(op.base64, "base64"));
    case "truncate":
      return (await fs.open(op.path)).truncate(op.sizeBytes);
    case "readFile":
      return (await fs.readFile(op.path)).toString(op.as === "base64" ? "base64" : "utf8");
    case "unlink":
      return (await fs.lstat(op.path)).isSymbolicLink() ? unlinkSymlink(agent, op.path) : fs.unlink(op.path);
    case "mkdir":
    case "rmdir":
    case "readdir":
    case "stat":
    case "readlink":
      return fs[op.op](op.path);
    case "rm":
      return fs.rm(op.path, { recursive: op.recursive ?? false });
    case "rename":
      return (await fs.lstat(op.from)).isSymbolicLink() ? renameSymlink(agent, op.from, op.to) : fs.rename(op.from, op.to);
    case "symlink":
      return fs.symlink(op.target, op.path);
    case "link":
      return link(agent, op.from, op.to);
    case "chmod":
      return change(agent, op.path, "mode = (mode & 61440) | ?", op.permissions);
    case "chown":
      return change(agent, op.path, "uid = ?", op.uid);
    case "kvSet":
      return kv.set(op.key, op.value);
    case "kvGet":
      return kv.get(op.key);
    case "kvDelete":
      return kv.delete(op.key);
    case "kvList":
      return kv.list(op.prefix);
    case "toolRecord":
      return tools.record(op.name, op.startedAt, op.completedAt, op.parameters, op.result, op.error);
    case "toolStart":
      return tools.start(op.name, op.parameters);
    case "toolSuccess":
      return tools.success(op.id, op.result);
    case "toolError":
      return tools.error(op.id, op.error);
    case "toolList":
      return (await tools.getRecent(-1)).sort((a, b) => a.id - b.id);
    case "sql":
      return agent
        .getDatabase()
        .prepare(op.sql)
        .all(...(op.args ?? []));
  }
}

async function link(agent: OpenAgent, from: string, to: string): Promise<void> {
  const { ino } = await agent.fs.stat(from);
  const slash = to.lastIndexOf("/");
  const parent = await agent.fs.stat(to.slice(0, slash) || "/");
  const db = agent.getDatabase();
  await db.prepare("INSERT INTO fs_dentry (name, parent_ino, ino) VALUES (?, ?, ?)").run(to.slice(slash + 1), parent.ino, ino);
  await db.prepare("UPDATE fs_inode SET nlink = nlink + 1 WHERE ino = ?").run(ino);
}

/** The SDK refuses to: made as `agentfs` makes it. */
async function unlinkSymlink(agent: OpenAgent, path: string): Promise<void> {
  const { ino } = await agent.fs.lstat(path);
  for (const table of ["fs_dentry", "fs_symlink", "fs_inode"]) {
    await agent.getDatabase().prepare(`DELETE FROM ${table} WHERE ino = ?`).run(ino);
  }
}

/** The SDK does not rename symbolic links either. */
async function renameSymlink(agent: OpenAgent, from: string, to: string): Promise<void> {
  const { ino } = await agent.fs.lstat(from);
  const slash = to.lastIndexOf("/");
  const parent = await agent.fs.stat(to.slice(0, slash) || "/");
  const sql = "UPDATE fs_dentry SET parent_ino = ?, name = ? WHERE ino = ?";
  await agent
    .getDatabase()
    .prepare(sql)
    .run(parent.ino, to.slice(slash + 1), ino);
}

async function change(agent: OpenAgent, path: string, set: string, value: number): Promise<void> {
  const { ino } = await agent.fs.lstat(path);
  await agent.getDatabase().prepare(`UPDATE fs_inode SET ${set} WHERE ino = ?`).run(value, ino);
}
