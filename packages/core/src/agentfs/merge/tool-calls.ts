import { sameValue } from "../../remote/value.ts";
import type { SqlRow } from "../../replica/sqlite.ts";
import type { ToolCallChange } from "../changeset.ts";
import type { MergeState } from "./state.ts";

/** The log of tool calls is a union: new calls get new ids; of one call that both sides have, the further state stays. */
export function mergeToolCalls(state: MergeState): void {
  const { changeset, numbers } = state;
  const taken = new Set(changeset.originCallIds.map((id) => numbers.oldToolCall(id)));
  for (const change of changeset.toolCalls) {
    if (change.before === null && change.after !== null) add(state, change.id, change.after, taken);
    else if (change.before !== null) mergeKnown(state, change, change.before);
  }
}

function add(state: MergeState, localId: bigint, row: SqlRow, taken: Set<bigint>): bigint {
  const { numbers, theirs, options } = state;
  const same = options.sameCalls ? theirs.toolCallsLike(row).find((id) => !taken.has(id)) : undefined;
  const id = same ?? numbers.toolCall.next();
  numbers.setToolCall(localId, id);
  if (same === undefined) state.callInserts.push({ ...row, id });
  else taken.add(same);
  return id;
}

function mergeKnown(state: MergeState, change: ToolCallChange, before: SqlRow): void {
  const { numbers, theirs: remote, options } = state;
  const id = numbers.oldToolCall(change.id);
  const theirs = remote.toolCall(id);
  const held = (row: SqlRow | null) => row && { row };
  const contested = { base: held(before), ours: held(change.after), theirs: held(theirs) };
  const conflict = { kind: "tool-call", path: `${before["name"]} (${change.id})`, contested } as const;
  const [there, at] = [() => `${theirs?.["name"]} (${id})`, (ours: bigint) => () => `${change.after?.["name"]} (${ours})`];
  if (change.after === null) {
    numbers.setToolCall(change.id, null);
    if (theirs === null) return;
    if (sameCall(theirs, before)) state.callRemovals.push(theirs);
    else state.conflict({ ...conflict, ours: "removed", theirs: "changed", resolution: "theirs", theirsAt: there });
    return;
  }
  if (theirs === null) {
    const back = add(state, change.id, change.after, new Set());
    state.conflict({ ...conflict, ours: "changed", theirs: "removed", resolution: "ours", oursAt: at(back) });
    return;
  }
  if (sameCall(theirs, change.after)) return;
  const write = () => state.callUpdates.push({ before: theirs, after: { ...theirs, ...change.after, id } });
  const [wasPending, isOurPending, isTheirPending] = [before, change.after, theirs].map((call) => call["status"] === "pending");
  // A call that had ended and is pending here again (its end was taken back) is not behind one that has ended otherwise there.
  const isOneBehind = wasPending === true && isOurPending !== isTheirPending;
  if (sameCall(theirs, before) || (isOneBehind && isTheirPending === true)) write();
  else if (!isOneBehind) {
    const found = { ...conflict, ours: "changed", theirs: "changed" } as const;
    if (options.policy === "ours") {
      write();
      state.conflict({ ...found, resolution: "ours", oursAt: there });
    } else if (options.policy === "theirs") state.conflict({ ...found, resolution: "theirs", theirsAt: there });
    else {
      const kept = add(state, change.id, change.after, new Set());
      state.conflict({ ...found, resolution: "keep-both", oursAt: at(kept), theirsAt: there });
    }
  }
}

function sameCall(a: SqlRow, b: SqlRow): boolean {
  return Object.keys(b).every((column) => column === "id" || !(column in a) || sameValue(a[column], b[column]));
}
