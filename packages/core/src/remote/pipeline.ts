import * as z from "zod/mini";
import { SyncError } from "../errors.ts";
import { IN_ENGLISH } from "../in-english.ts";
import { makeRedactor } from "../secrets/redact.ts";
import { JsonBody } from "./body.ts";
import { postForText, type Remote } from "./http.ts";
import { fromWire, type SqlValue, type WireValue } from "./value.ts";

export interface Statement {
  readonly sql: string;
  readonly args?: readonly SqlValue[];
}

export type Condition =
  | { readonly type: "ok" | "error"; readonly step: number }
  | { readonly type: "is_autocommit" }
  | { readonly type: "not"; readonly cond: Condition }
  | { readonly type: "and" | "or"; readonly conds: readonly Condition[] };

export interface Step extends Statement {
  readonly condition?: Condition;
}

export type Row = readonly SqlValue[];

/** What one statement came to: its rows, or the server's words. */
export type StatementResult =
  | { readonly ok: true; readonly rows: readonly Row[] }
  | { readonly ok: false; readonly message: string };

/** What became of a step: done, failed with the server's words, or not run because its condition did not hold. */
export type StepResult = StatementResult | { readonly ok: null };

const wireValue = z.discriminatedUnion("type", [
  z.object({ type: z.literal("null") }),
  z.object({ type: z.literal("integer"), value: z.string() }),
  z.object({ type: z.literal("float"), value: z.number() }),
  z.object({ type: z.literal("text"), value: z.string() }),
  z.object({ type: z.literal("blob"), base64: z.string() }),
]);
const failure = z.object({ message: z.string() });
const rowSet = z.object({ rows: z.array(z.array(wireValue)) });
const answer = z.object({
  results: z.array(
    z.discriminatedUnion("type", [
      z.object({ type: z.literal("error"), error: failure }),
      z.object({
        type: z.literal("ok"),
        response: z.discriminatedUnion("type", [
          z.object({ type: z.literal("execute"), result: rowSet }),
          z.object({
            type: z.literal("batch"),
            result: z.object({ step_results: z.array(z.nullable(rowSet)), step_errors: z.array(z.nullable(failure)) }),
          }),
        ]),
      }),
    ]),
  ),
});

/**
 * Runs statements one after the other, each in a transaction of its own; a failed one does not stop the rest.
 * @throws RequestFailed as `post` does, SyncError `remote-protocol`
 */
export async function execute(remote: Remote, statements: readonly Statement[]): Promise<readonly StatementResult[]> {
  const { results } = await send(remote, (body) => {
    for (const [index, statement] of statements.entries()) {
      body.raw(index === 0 ? '{"type":"execute","stmt":' : ',{"type":"execute","stmt":');
      writeStatement(body, statement);
      body.raw("}");
    }
  });
  if (results.length !== statements.length)
    throw notUnderstood(remote, `${results.length} results for ${statements.length} statements`);
  return results.map((result): StatementResult => {
    if (result.type === "error") return { ok: false, message: result.error.message };
    if (result.response.type !== "execute") throw notUnderstood(remote, "a batch's answer to a statement");
    return { ok: true, rows: rowsOf(result.response.result.rows) };
  });
}

/**
 * Runs one batch: steps with conditions on earlier ones, in one request.
 * @throws RequestFailed as `post` does, SyncError `remote-protocol`
 */
export async function batch(remote: Remote, steps: readonly Step[]): Promise<readonly StepResult[]> {
  const { results } = await send(remote, (body) => {
    body.raw('{"type":"batch","batch":{"steps":[');
    for (const [index, { condition, ...statement }] of steps.entries()) {
      body.raw(index === 0 ? '{"stmt":' : ',{"stmt":');
      writeStatement(body, statement);
      body.raw(condition === undefined ? "}" : `,"condition":${JSON.stringify(condition)}}`);
    }
    body.raw("]}}");
  });
  const [result] = results;
  if (result === undefined) throw notUnderstood(remote, "no result");
  if (result.type === "error") throw new SyncError("remote-error", `${remote.url} refused the batch: ${result.error.message}.`);
  if (result.response.type !== "batch") throw notUnderstood(remote, "a statement's answer to a batch");
  const { step_results, step_errors } = result.response.result;
  return steps.map((_, index): StepResult => {
    const error = step_errors[index];
    if (error !== null && error !== undefined) return { ok: false, message: error.message };
    const rows = step_results[index];
    return rows === null || rows === undefined ? { ok: null } : { ok: true, rows: rowsOf(rows.rows) };
  });
}

function writeStatement(body: JsonBody, { sql, args = [] }: Statement): void {
  body.raw(`{"sql":${JSON.stringify(sql)},"args":[`);
  for (const [index, value] of args.entries()) {
    if (index > 0) body.raw(",");
    body.value(value);
  }
  body.raw('],"want_rows":true}');
}

function rowsOf(rows: readonly (readonly WireValue[])[]): readonly Row[] {
  return rows.map((row) => row.map(fromWire));
}

/** By remote, what the last request was written into, while no other uses it. */
const scratches = new WeakMap<Remote, Buffer>();
const LARGEST_SCRATCH_BYTES = 8 * 2 ** 20;

async function send(remote: Remote, writeRequests: (body: JsonBody) => void): Promise<z.infer<typeof answer>> {
  const body = new JsonBody(scratches.get(remote));
  scratches.delete(remote);
  body.raw('{"baton":null,"requests":[');
  writeRequests(body);
  body.raw("]}");
  const text = await postForText(remote, "/v2/pipeline", "application/json", body.written);
  if (body.scratch.length <= LARGEST_SCRATCH_BYTES) scratches.set(remote, body.scratch);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw notUnderstood(remote, `no JSON: ${JSON.stringify(makeRedactor([remote.authToken])(text).slice(0, 80))}`);
  }
  const parsed = answer.safeParse(json, { error: IN_ENGLISH });
  if (!parsed.success) throw notUnderstood(remote, z.prettifyError(parsed.error).replace(/\s+/g, " ").slice(0, 200));
  return parsed.data;
}

function notUnderstood(remote: Remote, what: string): SyncError {
  return new SyncError("remote-protocol", `${remote.url}/v2/pipeline did not answer as a Turso-compatible server does: ${what}.`);
}
