import { z } from "zod";

/** One kind of number, local → remote; what is not in it is the same on both sides. */
export type Numbers = ReadonlyMap<bigint, bigint>;

/** The working copy's numbers of inodes, directory entries and tool calls in terms of the remote's. */
export interface IdMap {
  readonly inode: Numbers;
  readonly entry: Numbers;
  readonly toolCall: Numbers;
}

export const IDENTITY: IdMap = { inode: new Map(), entry: new Map(), toolCall: new Map() };

export function toRemote(numbers: Numbers, local: bigint): bigint {
  return numbers.get(local) ?? local;
}

const numbersSchema = z.array(z.tuple([z.string().regex(/^-?\d+$/), z.string().regex(/^-?\d+$/)]));

export const idMapSchema = z.object({ inode: numbersSchema, entry: numbersSchema, toolCall: numbersSchema });

export function idMapFromJson(json: z.infer<typeof idMapSchema>): IdMap {
  const numbers = (pairs: z.infer<typeof numbersSchema>) =>
    new Map(pairs.map(([local, remote]) => [BigInt(local), BigInt(remote)]));
  return { inode: numbers(json.inode), entry: numbers(json.entry), toolCall: numbers(json.toolCall) };
}

export function idMapToJson(map: IdMap): z.infer<typeof idMapSchema> {
  const pairs = (numbers: Numbers) => [...numbers].map(([local, remote]): [string, string] => [String(local), String(remote)]);
  return { inode: pairs(map.inode), entry: pairs(map.entry), toolCall: pairs(map.toolCall) };
}
