import { createHash, type Hash } from "node:crypto";
import type { Plan } from "../agentfs/merge/types.ts";
import type { Statement } from "../remote/pipeline.ts";
import type { SqlValue } from "../remote/value.ts";
import type { Database } from "../replica/sqlite.ts";
import { rowStatements } from "./commit-steps.ts";
import type { ContentHashes } from "./content-rows.ts";

/** SHA-256 over what a plan does, final numbers included: two plans with one digest do the same, whatever was staged, and where. */
export function digestOfPlan(plan: Plan, source: Database, hashes: ContentHashes): string {
  const hash = createHash("sha256");
  for (const statement of rowStatements(plan)) hashStatement(hash, statement);
  for (const write of plan.contents) {
    const how = write.isDelta ? "changes" : write.replaces === null ? "is" : "becomes";
    hash.update(`content ${write.ino} ${how} ${hashes.of(write, source)};`);
  }
  return hash.digest("hex");
}

/** SHA-256 over statements with their arguments. */
export function digestOf(statements: Iterable<Statement>): string {
  const hash = createHash("sha256");
  for (const statement of statements) hashStatement(hash, statement);
  return hash.digest("hex");
}

function hashStatement(hash: Hash, { sql, args = [] }: Statement): void {
  hash.update(`${sql.length}:${sql}:${args.length};`);
  for (const value of args) hashValue(hash, value);
}

function hashValue(hash: Hash, value: SqlValue): void {
  if (value instanceof Uint8Array) hash.update(`b${value.length}:`).update(value);
  else hash.update(`${value === null ? "n" : typeof value}:${String(value).length}:${String(value)};`);
}
