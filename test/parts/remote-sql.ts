type SqlArgument = string | number | null | Uint8Array;

export interface RemoteStatement {
  readonly sql: string;
  readonly args?: readonly SqlArgument[];
}

interface WireValue {
  readonly type: "null" | "integer" | "float" | "text" | "blob";
  readonly value?: string | number;
  readonly base64?: string;
}

interface PipelineAnswer {
  readonly results: readonly {
    readonly error?: { readonly message: string };
    readonly response?: { readonly result: { readonly rows: readonly (readonly WireValue[])[] } };
  }[];
}

/**
 * Runs statements on a server by plain SQL over HTTP in one request, each in a transaction of its own unless one of them
 * begins another, and answers the rows of each: integers as numbers, blobs as base64. Throws at the first that failed.
 * @example const [[[count]]] = await remoteSql(url, [{ sql: "SELECT count(*) FROM fs_inode" }])
 */
export async function remoteSql(url: string, statements: readonly RemoteStatement[]): Promise<(string | number | null)[][][]> {
  const requests = statements.map(({ sql, args = [] }) => ({
    type: "execute",
    stmt: { sql, args: args.map(toWire), want_rows: true },
  }));
  const response = await fetch(`${url}/v2/pipeline`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ requests }),
  });
  if (!response.ok) throw new Error(`The server answers ${response.status}: ${await response.text()}`);
  const { results } = (await response.json()) as PipelineAnswer;
  return results.map(({ error, response: done }, index) => {
    if (done === undefined) throw new Error(`${statements[index]?.sql}: ${error?.message}`);
    return done.result.rows.map((row) => row.map(fromWire));
  });
}

function toWire(value: SqlArgument): WireValue {
  if (value === null) return { type: "null" };
  if (typeof value === "string") return { type: "text", value };
  if (typeof value !== "number") return { type: "blob", base64: Buffer.from(value).toString("base64") };
  return Number.isInteger(value) ? { type: "integer", value: String(value) } : { type: "float", value };
}

function fromWire({ type, value, base64 }: WireValue): string | number | null {
  if (type === "null") return null;
  if (type === "integer" || type === "float") return Number(value);
  return base64 ?? String(value);
}
