import { sameValue } from "../../remote/value.ts";
import type { SqlRow } from "../../replica/sqlite.ts";
import type { ToolCallChange } from "../changeset.ts";
import type { MergeState } from "./state.ts";

/** The log of tool calls is a union: new calls get new ids; of one call that both sides have, the further state stays. */
export function mergeToolCalls(state: MergeState): void {
  const taken = new Set(state.changeset.originCallIds.map((id) => state.numbers.oldToolCall(id)));
  for (const change of state.changeset.toolCalls) {
    if (change.before === null && change.after !== null) add(state, change.id, change.after, taken);
    else if (change.before !== null) mergeKnown(state, change, change.before);
  }
}

function add(state: MergeState, localId: bigint, row: SqlRow, taken: Set<bigint>): void {
  const same = state.sameCalls ? state.theirs.toolCallsLike(row).find((id) => !taken.has(id)) : undefined;
  const id = same ?? state.numbers.toolCall.next();
  state.numbers.setToolCall(localId, id);
  if (same === undefined) state.callInserts.push({ ...row, id });
  else taken.add(same);
}

function mergeKnown(state: MergeState, change: ToolCallChange, before: SqlRow): void {
  const id = state.numbers.oldToolCall(change.id);
  const theirs = state.theirs.toolCall(id);
  if (change.after === null) {
    state.numbers.setToolCall(change.id, null);
    if (theirs === null) return;
    if (sameCall(theirs, before)) state.callRemovals.push(theirs);
    else state.conflict("tool-call", `${before["name"]} (${change.id})`, "removed", "changed");
    return;
  }
  const after = { ...theirs, ...change.after, id };
  if (theirs === null) {
    state.conflict("tool-call", `${before["name"]} (${change.id})`, "changed", "removed");
    return;
  }
  if (sameCall(theirs, change.after)) return;
  if (sameCall(theirs, before)) state.callUpdates.push({ before: theirs, after });
  else if (theirs["status"] === "pending") state.callUpdates.push({ before: theirs, after });
  else if (change.after["status"] !== "pending")
    state.conflict("tool-call", `${before["name"]} (${change.id})`, "changed", "changed");
}

function sameCall(a: SqlRow, b: SqlRow): boolean {
  return Object.keys(b).every((column) => column === "id" || !(column in a) || sameValue(a[column], b[column]));
}
