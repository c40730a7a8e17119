import type { Statement, Step } from "../remote/pipeline.ts";

/**
 * Each step runs only if the one before it was done; what is begun and not committed is rolled back. The connection may be shared with
 * other clients: without our BEGIN there is nothing of ours to roll back.
 */
export function transaction(statements: readonly Statement[]): Step[] {
  const steps = statements.map(
    (statement, index): Step => (index === 0 ? statement : { ...statement, condition: { type: "ok", step: index - 1 } }),
  );
  const isOpen = {
    type: "and",
    conds: [
      { type: "ok", step: 0 },
      { type: "not", cond: { type: "is_autocommit" } },
    ],
  } as const;
  return [...steps, { sql: "ROLLBACK", condition: isOpen }];
}
