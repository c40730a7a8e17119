import type { DatabaseSync } from "node:sqlite";
import type { AgentOp } from "../parts/agent.ts";

type CallOp = Extract<AgentOp, { readonly op: "toolStart" | "toolSuccess" | "toolError" | "toolRecord" }>;

const isCallOp = (op: AgentOp): op is CallOp =>
  op.op === "toolStart" || op.op === "toolSuccess" || op.op === "toolError" || op.op === "toolRecord";

/** The log of tool calls, as all programs write it. False: the operation is another one. */
export function writeCall(db: DatabaseSync, op: AgentOp, timeSeconds: number): boolean {
  if (!isCallOp(op)) return false;
  const json = (value: unknown) => (value === undefined ? null : JSON.stringify(value));
  const end = `UPDATE tool_calls SET status = ?1, result = ?2, error = ?3, completed_at = ?4, duration_ms = (?4 - started_at) * 1000 WHERE id = ?5`;
  switch (op.op) {
    case "toolStart":
      db.prepare("INSERT INTO tool_calls (name, parameters, status, started_at) VALUES (?, ?, 'pending', ?)").run(
        op.name,
        json(op.parameters),
        timeSeconds,
      );
      return true;
    case "toolSuccess":
      db.prepare(end).run("success", json(op.result), null, timeSeconds, op.id);
      return true;
    case "toolError":
      db.prepare(end).run("error", null, op.error, timeSeconds, op.id);
      return true;
    case "toolRecord": {
      const { name, parameters, result, error, startedAt, completedAt } = op;
      db.prepare(
        `INSERT INTO tool_calls (name, parameters, result, error, status, started_at, completed_at, duration_ms)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, (?7 - ?6) * 1000)`,
      ).run(
        name,
        json(parameters),
        json(result),
        error ?? null,
        error === undefined ? "success" : "error",
        startedAt,
        completedAt,
      );
      return true;
    }
  }
}
