import type { Marks } from "../../agentfs/facts.ts";
import type { Guard } from "../guards.ts";
import type { Stage } from "./stage.ts";

/** Names of the guards that say that what was staged cannot be used any more. */
export const STAGE_GUARDS: ReadonlySet<string> = new Set(["reservation", "staged content", "staged values"]);

/** Its numbers count too: a request that made it and arrives once more, after its end, makes another one of the same id. */
export function reservationIsThere({ id, ranges }: Stage): Guard {
  const sql = "EXISTS (SELECT 1 FROM agentfs_sync_reservation WHERE id = ? AND state = 'open' AND first_inode = ?)";
  return { name: "reservation", sql, args: [id, ranges.inode.first] };
}

/** That the reservation holds, that nobody uses one of its numbers, and that what was staged is there as it was sent. */
export function stageGuards(stage: Stage): Guard[] {
  return [
    reservationIsThere(stage),
    ...unusedRange("fs_inode", "ino", stage.ranges.inode),
    ...unusedRange("fs_dentry", "id", stage.ranges.entry),
    ...unusedRange("tool_calls", "id", stage.ranges.toolCall),
    ...contentIsThere(stage),
    ...valuesAreThere(stage),
  ];
}

type Range = Stage["ranges"][keyof Marks];

function unusedRange(table: string, column: string, { first, last }: Range): Guard[] {
  const sql = `NOT EXISTS (SELECT 1 FROM ${table} WHERE ${column} BETWEEN ? AND ?)`;
  return [{ name: `numbers of ${table}`, sql, args: [first, last] }];
}

/**
 * By content: as many rows with as many bytes as were sent. Not by `length(CAST(… AS BLOB))`: tursodb 0.6.0 casts a BLOB by way of TEXT,
 * and what is no UTF-8 changes its length.
 */
function contentIsThere({ contents, ranges }: Stage): Guard[] {
  const sent = [...contents.values()].filter(({ rowCount }) => rowCount > 0);
  const list = sent.map(({ ino, rowCount, sizeBytes }) => `[${ino},${rowCount},${sizeBytes}]`);
  const { first, last } = ranges.inode;
  const sql = `(SELECT count(*) FROM json_each(?) AS j JOIN
      (SELECT ino, count(*) AS row_count, sum(octet_length(data)) AS size FROM fs_data WHERE ino BETWEEN ? AND ? GROUP BY ino) AS s
      ON s.ino = (j.value->>0) AND s.row_count = (j.value->>1) AND s.size = (j.value->>2)) = ?`;
  return sent.length === 0
    ? []
    : [{ name: "staged content", sql, args: [`[${list.join(",")}]`, first, last, BigInt(sent.length)] }];
}

function valuesAreThere({ id, values }: Stage): Guard[] {
  if (values.size === 0) return [];
  const sizeBytes = [...values.values()].reduce((sum, value) => sum + value.sizeBytes, 0);
  const sql = `EXISTS (SELECT 1 FROM (SELECT count(*) AS n, sum(octet_length(value)) AS size FROM agentfs_sync_stage
      WHERE reservation = ?) WHERE n = ? AND size = ?)`;
  return [{ name: "staged values", sql, args: [id, BigInt(values.size), BigInt(sizeBytes)] }];
}
