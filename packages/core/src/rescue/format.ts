import * as z from "zod/mini";
import { AGENT_ID } from "../config/parse.ts";
import { idMapSchema } from "../replica/id-map.ts";
import { BUNDLE_REASONS } from "./bundle.ts";

/*
 * A bundle file, numbers big-endian:
 *
 *   8 bytes   magic
 *   4 bytes   format
 *   4 bytes   length of the header
 *  32 bytes   SHA-256 of the header
 *             header, JSON
 *             body: deflate (RFC 1950) of the sections origin.db, snapshot.delta, map.json, one after the other
 *
 * The header holds length and SHA-256 of the body and of each section, so that every byte of the file is checked.
 */

/** Its last byte shows a file that was changed as if it were text. */
export const MAGIC = Buffer.from("AFSRESC\n", "latin1");
export const FORMAT = 1;
export const HASH_BYTES = 32;
export const PREFIX_BYTES = MAGIC.length + 4 + 4 + HASH_BYTES;

export const LARGEST_HEADER_BYTES = 2 ** 20;
/** What a bundle may grow to when it is unpacked: a small file must not fill a disk. */
export const LARGEST_CONTENT_BYTES = 16 * 2 ** 30;
export const LARGEST_MAP_BYTES = 256 * 2 ** 20;

/** In the order in which they stand in the body. */
export const SECTIONS = ["origin", "delta", "map"] as const;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const uuid = z.string().check(z.regex(UUID));
const count = z.int().check(z.nonnegative());
const part = z.object({ sizeBytes: count, sha256: z.string().check(z.regex(/^[0-9a-f]{64}$/)) });

export const headerSchema = z.object({
  agent: z.string().check(z.regex(AGENT_ID)),
  pushId: uuid,
  originId: uuid,
  reason: z.enum(BUNDLE_REASONS),
  createdAt: z.iso.datetime(),
  runId: z.nullable(z.string()),
  remoteUrl: z.nullable(z.string()),
  remoteUuid: z.nullable(z.string()),
  receipt: z.nullable(z.string()),
  copyPushed: z.boolean(),
  counts: z.record(z.string(), z.unknown()),
  undoes: z.optional(z.object({ pushId: uuid, sequence: count, schema: z.array(z.string()) })),
  body: z.extend(part, { compression: z.literal("deflate") }),
  sections: z.object({ origin: part, delta: part, map: part }),
  /** What the origin with the delta comes to. */
  snapshot: part,
});

export type Header = z.infer<typeof headerSchema>;
export type Part = z.infer<typeof part>;

export const mapSchema = z.object({ map: idMapSchema, sent: z.nullable(z.object({ digest: z.string(), map: idMapSchema })) });
