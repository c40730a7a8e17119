import { jsonNumbers } from "../../agentfs/json-numbers.ts";
import type { ContentWrite, Plan } from "../../agentfs/merge/types.ts";
import { SyncError } from "../../errors.ts";
import type { Statement } from "../../remote/pipeline.ts";
import type { Database } from "../../replica/sqlite.ts";
import { removeChunks } from "../commit-steps.ts";
import { contentKey } from "../content-rows.ts";
import type { ValueSource } from "../insert-rows.ts";
import { isLargeValue } from "./size.ts";
import type { Stage } from "./stage.ts";
import { valueKey } from "./upload.ts";

interface Pair {
  readonly from: bigint;
  readonly to: bigint;
}

/** Within the commit: brings staged content under the numbers of the plan, in sets, and clears away what the plan has no use for. */
export function takeContents(stage: Stage, plan: Plan, source: Database): Statement[] {
  const uses = plan.contents.map((write) => ({ write, to: write.ino, from: placeOf(stage, write) }));
  const moved = uses.filter(({ from, to }) => from !== to);
  const inPlace = new Set(uses.filter(({ from, to }) => from === to).map(({ from }) => from));
  const replaced = moved.filter(({ write }) => write.replaces !== null);
  const [deltas, wholes] = [replaced.filter(({ write }) => write.isDelta), replaced.filter(({ write }) => !write.isDelta)];
  // The last use of a content moves it, the others take a copy.
  const movers = new Map(moved.filter(({ from }) => !inPlace.has(from)).map((use) => [use.from, use]));
  const moves = [...movers.values()];
  const copies = moved.filter((use) => movers.get(use.from) !== use);
  const used = new Set(uses.map(({ from }) => from));
  const unused = [...stage.contents.values()].map(({ ino }) => ino).filter((ino) => !used.has(ino));
  return [
    ...some(unused, (list) => ({ sql: DELETE_ALL, args: [jsonNumbers(list)] })),
    ...some(wholes, (list) => ({ sql: DELETE_ALL, args: [jsonNumbers(list.map(({ to }) => to))] })),
    ...deltas.flatMap(({ write }) => removeChunks(write, source)),
    ...some(deltas, (list) => ({ sql: DELETE_REPLACED, args: [json(list)] })),
    ...some(copies, (list) => ({ sql: COPY, args: [json(list)] })),
    ...some(moves, (list) => ({ sql: MOVE, args: [json(list)] })),
  ];
}

const DELETE_ALL = "DELETE FROM fs_data WHERE ino IN (SELECT value FROM json_each(?))";
const DELETE_REPLACED = `DELETE FROM fs_data WHERE rowid IN (SELECT t.rowid FROM json_each(?) AS j
  JOIN fs_data AS s ON s.ino = (j.value->>0) JOIN fs_data AS t ON t.ino = (j.value->>1) AND t.chunk_index = s.chunk_index)`;
const COPY = `INSERT INTO fs_data (ino, chunk_index, data) SELECT j.value->>1, s.chunk_index, s.data FROM json_each(?) AS j
  JOIN fs_data AS s ON s.ino = (j.value->>0)`;
const MOVE = "UPDATE fs_data SET ino = (j.value->>1) FROM json_each(?) AS j WHERE fs_data.ino = (j.value->>0)";

function placeOf(stage: Stage, write: ContentWrite): bigint {
  const place = stage.contents.get(contentKey(write));
  if (place === undefined) throw new SyncError("internal", `The content of inode ${write.ino} was not staged.`);
  return place.ino;
}

/** A statement about a list, or none about an empty one. */
function some<T>(list: readonly T[], statement: (list: readonly T[]) => Statement): Statement[] {
  return list.length === 0 ? [] : [statement(list)];
}

const json = (pairs: readonly Pair[]) => `[${pairs.map(({ from, to }) => `[${from},${to}]`).join(",")}]`;

/** Large values come from where they are staged. */
export function stagedValues(stage: Stage): ValueSource {
  return (value) => {
    const staged = isLargeValue(value) ? stage.values.get(valueKey(value)) : undefined;
    if (staged === undefined) return null;
    return { sql: "SELECT value FROM agentfs_sync_stage WHERE reservation = ? AND id = ?", args: [stage.id, staged.id] };
  };
}

/** The end of a reservation, within the commit. */
export function endOfStage({ id, values }: Stage): Statement[] {
  return [
    ...(values.size === 0 ? [] : [{ sql: "DELETE FROM agentfs_sync_stage WHERE reservation = ?", args: [id] }]),
    { sql: "DELETE FROM agentfs_sync_reservation WHERE id = ?", args: [id] },
  ];
}
