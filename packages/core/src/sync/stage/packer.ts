import type { Statement } from "../../remote/pipeline.ts";
import type { SqlValue } from "../../remote/value.ts";

const ROWS_A_STATEMENT = 64;
const ROWS_A_REQUEST = 64 * ROWS_A_STATEMENT;
const BYTES_A_REQUEST = 2 * 2 ** 20;

/** Three values of a row of `fs_data` or `agentfs_sync_stage`, which may be written twice with the same result. */
export interface StagedRow {
  readonly table: "fs_data" | "agentfs_sync_stage";
  readonly values: readonly [SqlValue, SqlValue, SqlValue];
  readonly sizeBytes: number;
}

const COLUMNS = {
  fs_data: ["ino", "chunk_index", "data"],
  agentfs_sync_stage: ["reservation", "id", "value"],
} as const;

/** Takes rows until a request is full. A row that is larger than a request should be goes alone. */
export class Packer {
  #rows: StagedRow[] = [];
  #sizeBytes = 0;

  /** Whether what is packed has to be sent before this row is added. */
  isFullFor({ table, sizeBytes }: StagedRow): boolean {
    const [first] = this.#rows;
    if (first === undefined) return false;
    return first.table !== table || this.#rows.length === ROWS_A_REQUEST || this.#sizeBytes + sizeBytes > BYTES_A_REQUEST;
  }

  add(row: StagedRow): void {
    this.#rows.push(row);
    this.#sizeBytes += row.sizeBytes;
  }

  /** What is packed, as statements; afterwards nothing is. */
  take(): Statement[] {
    const rows = this.#rows;
    this.#rows = [];
    this.#sizeBytes = 0;
    const statements: Statement[] = [];
    for (let at = 0; at < rows.length; at += ROWS_A_STATEMENT) statements.push(insert(rows.slice(at, at + ROWS_A_STATEMENT)));
    return statements;
  }
}

function insert(rows: readonly StagedRow[]): Statement {
  const table = rows[0]?.table ?? "fs_data";
  const [owner, number, value] = COLUMNS[table];
  const places = rows.map(() => "(?, ?, ?)").join(", ");
  return {
    sql: `INSERT INTO ${table} (${owner}, ${number}, ${value}) VALUES ${places}
      ON CONFLICT (${owner}, ${number}) DO UPDATE SET ${value} = excluded.${value}`,
    args: rows.flatMap(({ values }) => values),
  };
}
