const CHUNK_BYTES = 4096;
/** Less than a kilobyte short of it. */
export const CHUNKS_A_MEGABYTE = 244;
const FIRST_INO = 1_000_000;

/** SQL with one argument, a JSON list. */
export type Write = readonly [sql: string, list: string];

const numbers = (count: number, first: number) => JSON.stringify(Array.from({ length: count }, (_, index) => first + index));

/** One small file; another one in each round. */
export const oneFile = (round: number): Write[] => files(1, CHUNK_BYTES, 1, FIRST_INO + round);

/** Files of random bytes as an agent leaves them, by plain SQL that either engine's database takes: the SDK would need minutes. */
export function files(count: number, sizeBytes: number, chunks: number, firstIno = FIRST_INO): Write[] {
  const inos = numbers(count, firstIno);
  const rows = `INSERT INTO fs_inode (ino, mode, nlink, size, atime, mtime, ctime) SELECT value, 33188, 1, ${sizeBytes}, 1, 1, 1 FROM json_each(?)`;
  const entries = "INSERT INTO fs_dentry (name, parent_ino, ino) SELECT 'new-' || value, 1, value FROM json_each(?)";
  const chunkBytes = Math.min(sizeBytes, CHUNK_BYTES);
  const content = Array.from(
    { length: chunks },
    (_, index): Write => [
      `INSERT INTO fs_data (ino, chunk_index, data) SELECT value, ${index}, randomblob(${chunkBytes}) FROM json_each(?)`,
      inos,
    ],
  );
  return [[rows, inos], [entries, inos], ...content];
}

export const smallFiles = (count: number, firstIno?: number): Write[] => files(count, 100, 1, firstIno);
export const megabytes = (count: number, firstIno?: number): Write[] =>
  files(count, CHUNK_BYTES * CHUNKS_A_MEGABYTE, CHUNKS_A_MEGABYTE, firstIno);

/** Nothing but the file's change counter: a diff cannot know without comparing that all is as it was. */
export const noChange: Write[] = [["UPDATE fs_config SET value = value WHERE ? <> ''", "[]"]];

/** One chunk of one file that was there. */
export const oneChange: Write[] = [
  [
    "UPDATE fs_data SET data = randomblob(4096) WHERE chunk_index = 0 AND ino = (SELECT max(ino) FROM fs_inode) AND ? <> ''",
    "[]",
  ],
];

/** One chunk in a hundred, spread over all files; others in each round. */
export const scattered = (round: number): Write[] => [
  [`UPDATE fs_data SET data = randomblob(4096) WHERE (ino * 64 + chunk_index) % 100 = ${round} AND ? <> ''`, "[]"],
];
