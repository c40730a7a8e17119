import * as z from "zod/mini";

/** One kind of number, local → remote; what is not in it is the same on both sides. */
export type Numbers = ReadonlyMap<bigint, bigint>;

/** The working copy's numbers of inodes, directory entries and tool calls in terms of the remote's. */
export interface IdMap {
  readonly inode: Numbers;
  readonly entry: Numbers;
  readonly toolCall: Numbers;
  /** Entries, by the working copy's id, that stand elsewhere on the remote since a push resolved a conflict; the parent is the remote's. */
  readonly places: ReadonlyMap<bigint, Place>;
  /** Rows that have another key on the remote, by table. */
  readonly rows: ReadonlyMap<string, ReadonlyMap<RowKey, RowKey>>;
}

export interface Place {
  readonly parentIno: bigint;
  readonly name: string;
}

export type RowKey = bigint | string;

export const IDENTITY: IdMap = { inode: new Map(), entry: new Map(), toolCall: new Map(), places: new Map(), rows: new Map() };

export function toRemote(numbers: Numbers, local: bigint): bigint {
  return numbers.get(local) ?? local;
}

const whole = z.string().check(z.regex(/^-?\d+$/));
const numbersSchema = z.array(z.tuple([whole, whole]));
/** An integer in an object, so that it is told from the same digits as TEXT. */
const rowKeySchema = z.union([z.string(), z.object({ integer: whole })]);

export const idMapSchema = z.object({
  inode: numbersSchema,
  entry: numbersSchema,
  toolCall: numbersSchema,
  places: z._default(z.array(z.object({ entry: whole, parentIno: whole, name: z.string() })), []),
  rows: z._default(z.array(z.object({ table: z.string(), keys: z.array(z.tuple([rowKeySchema, rowKeySchema])) })), []),
});

export function idMapFromJson(json: z.infer<typeof idMapSchema>): IdMap {
  const numbers = (pairs: z.infer<typeof numbersSchema>) =>
    new Map(pairs.map(([local, remote]) => [BigInt(local), BigInt(remote)]));
  const key = (value: z.infer<typeof rowKeySchema>): RowKey => (typeof value === "string" ? value : BigInt(value.integer));
  return {
    inode: numbers(json.inode),
    entry: numbers(json.entry),
    toolCall: numbers(json.toolCall),
    places: new Map(json.places.map(({ entry, parentIno, name }) => [BigInt(entry), { parentIno: BigInt(parentIno), name }])),
    rows: new Map(json.rows.map(({ table, keys }) => [table, new Map(keys.map(([local, remote]) => [key(local), key(remote)]))])),
  };
}

export function idMapToJson(map: IdMap): z.infer<typeof idMapSchema> {
  const pairs = (numbers: Numbers) => Array.from(numbers, ([local, remote]): [string, string] => [String(local), String(remote)]);
  const key = (value: RowKey) => (typeof value === "string" ? value : { integer: String(value) });
  return {
    inode: pairs(map.inode),
    entry: pairs(map.entry),
    toolCall: pairs(map.toolCall),
    places: [...map.places].map(([entry, { parentIno, name }]) => ({ entry: String(entry), parentIno: String(parentIno), name })),
    rows: [...map.rows].map(([table, keys]) => ({ table, keys: [...keys].map(([local, remote]) => [key(local), key(remote)]) })),
  };
}
