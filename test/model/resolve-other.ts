import type { DatabaseSync } from "node:sqlite";
import type { AgentOp } from "../parts/agent.ts";
import type { Fresh, Step } from "./steps.ts";

const KEYS = ["k1", "k2", "k3"] as const;
const LABELS = ["l1", "l2", "l3"] as const;

type Cell = string | number | null;
const sql = (text: string, ...args: Cell[]): AgentOp => ({ op: "sql", sql: text, args });

/** Steps about keys, tool calls and rows, as operations. */
export function resolveOther(step: Step, db: DatabaseSync, fresh: Fresh): readonly AgentOp[] {
  const { pick, alike } = step;
  const text = alike ? "alike" : fresh();
  /** The first column of a query, of the row that the step means. */
  const one = (query: string): Cell | undefined => {
    const found = db.prepare(query).all();
    return Object.values(found[step.at % found.length] ?? {})[0] as Cell | undefined;
  };
  const of = (query: string, does: (value: Cell) => AgentOp): readonly AgentOp[] => {
    const found = one(query);
    return found === undefined ? [] : [does(found)];
  };
  const [key, label] = [KEYS[step.at % KEYS.length] ?? "k1", LABELS[step.at % LABELS.length] ?? "l1"];
  const pending = "SELECT id FROM tool_calls WHERE status = 'pending' ORDER BY id";
  switch (step.does) {
    case "set":
      return [{ op: "kvSet", key, value: { text } }];
    case "forget":
      return of("SELECT key FROM kv_store ORDER BY key", (found) => ({ op: "kvDelete", key: String(found) }));
    case "setting":
      return [sql("INSERT OR REPLACE INTO fs_overlay_config (key, value) VALUES ('base_path', ?)", text)];
    case "start":
      return [{ op: "toolStart", name: fresh(), parameters: { pick } }];
    case "record":
      return [{ op: "toolRecord", name: fresh(), startedAt: 100, completedAt: 101, result: { pick } }];
    case "succeed":
      return of(pending, (id) => ({ op: "toolSuccess", id: Number(id), result: { text } }));
    case "fail":
      return of(pending, (id) => ({ op: "toolError", id: Number(id), error: text }));
    case "dropCall":
      return of("SELECT id FROM tool_calls ORDER BY id", (id) => sql("DELETE FROM tool_calls WHERE id = ?", id));
    case "insertNote":
      return [
        sql(
          "INSERT INTO notes (body, ref) VALUES (?, ?)",
          fresh(),
          (pick < 3 ? one("SELECT id FROM notes ORDER BY id") : null) ?? null,
        ),
      ];
    case "updateNote":
      return of("SELECT id FROM notes ORDER BY id", (id) => sql("UPDATE notes SET body = ? WHERE id = ?", text, id));
    case "deleteNote":
      return of("SELECT id FROM notes ORDER BY id", (id) => sql("DELETE FROM notes WHERE id = ?", id));
    case "setLabel":
      return [sql("INSERT OR REPLACE INTO labels (name, value) VALUES (?, ?)", label, text)];
    case "deleteLabel":
      return [sql("DELETE FROM labels WHERE name = ?", label)];
    case "addLine":
      return [sql("INSERT INTO lines (text) VALUES (?)", alike ? "alike" : fresh())];
    case "deleteLine":
      return of("SELECT rowid FROM lines ORDER BY rowid", (id) => sql("DELETE FROM lines WHERE rowid = ?", id));
    default:
      return [];
  }
}
