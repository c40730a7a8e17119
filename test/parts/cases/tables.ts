import type { Conflict, ErrorCode } from "../../../packages/core/src/index.ts";

/** What two machines do to tables that are no part of AgentFS, as SQL; by `keep-both`. `<push>` stands for the digits of the push id. */
export interface TableCase {
  readonly row: `R${number}` | `S${number}`;
  readonly name: string;
  readonly ours: readonly string[];
  readonly theirs: readonly string[];
  readonly outcome:
    | {
        /** The rows of the named tables afterwards, in the order of their keys. */
        readonly rows: Readonly<Record<string, readonly (readonly unknown[])[]>>;
        readonly conflict?: Pick<Conflict, "path" | "ours" | "theirs" | "resolution">;
        /** What theirs has under that key is a file of ours as well. */
        readonly file?: string;
      }
    | { readonly code: ErrorCode };
}

/** What both start from. */
export const TABLES_SEED: readonly string[] = [
  "CREATE TABLE notes (id INTEGER PRIMARY KEY, text)",
  "INSERT INTO notes VALUES (1, 'one'), (2, 'two')",
  "CREATE TABLE tags (note INTEGER REFERENCES notes (id), tag TEXT)",
  "CREATE TABLE users (name TEXT PRIMARY KEY, mail UNIQUE)",
  "INSERT INTO users VALUES ('ann', 'a@x')",
];

/** 2^20 above the highest number that the remote has. */
const NEW_ID = 3 + 2 ** 20;
const DOUBLE = ["CREATE TABLE double (n INTEGER PRIMARY KEY)", "CREATE INDEX by_text ON notes (text)"];

export const TABLE_CASES: readonly TableCase[] = [
  {
    row: "R1",
    name: "rows of different keys",
    ours: ["UPDATE notes SET text = 'ours' WHERE id = 1"],
    theirs: ["DELETE FROM notes WHERE id = 2"],
    outcome: { rows: { notes: [[1, "ours"]] } },
  },
  {
    row: "R2",
    name: "new rows of one number, and one that refers to it",
    ours: ["INSERT INTO notes VALUES (3, 'ours')", "INSERT INTO tags VALUES (3, 'mine')"],
    theirs: ["INSERT INTO notes VALUES (3, 'theirs')"],
    outcome: {
      rows: {
        notes: [
          [1, "one"],
          [2, "two"],
          [3, "theirs"],
          [NEW_ID, "ours"],
        ],
        tags: [[NEW_ID, "mine"]],
      },
    },
  },
  {
    row: "R3",
    name: "one row changed otherwise",
    ours: ["UPDATE notes SET text = 'ours' WHERE id = 1"],
    theirs: ["UPDATE notes SET text = 'theirs' WHERE id = 1"],
    outcome: {
      rows: {
        notes: [
          [1, "theirs"],
          [2, "two"],
        ],
      },
      conflict: { path: "notes:1", ours: "changed", theirs: "changed", resolution: "keep-both" },
      file: "/notes.conflict-<push>.json",
    },
  },
  {
    row: "R3",
    name: "a unique value that both gave",
    ours: ["INSERT INTO users VALUES ('bob', 'b@x')"],
    theirs: ["INSERT INTO users VALUES ('bea', 'b@x')"],
    outcome: {
      rows: {
        users: [
          ["ann", "a@x"],
          ["bea", "b@x"],
        ],
      },
      conflict: { path: "users:bob", ours: "created", theirs: "changed", resolution: "keep-both" },
      file: "/users.conflict-<push>.json",
    },
  },
  {
    row: "R4",
    name: "a row changed here and deleted there",
    ours: ["UPDATE notes SET text = 'ours' WHERE id = 1"],
    theirs: ["DELETE FROM notes WHERE id = 1"],
    outcome: {
      rows: {
        notes: [
          [1, "ours"],
          [2, "two"],
        ],
      },
      conflict: { path: "notes:1", ours: "changed", theirs: "removed", resolution: "ours" },
    },
  },
  {
    row: "R4",
    name: "a row deleted here and changed there",
    ours: ["DELETE FROM notes WHERE id = 1"],
    theirs: ["UPDATE notes SET text = 'theirs' WHERE id = 1"],
    outcome: {
      rows: {
        notes: [
          [1, "theirs"],
          [2, "two"],
        ],
      },
      conflict: { path: "notes:1", ours: "removed", theirs: "changed", resolution: "theirs" },
    },
  },
  {
    row: "R5",
    name: "equal rows without a key",
    ours: ["INSERT INTO tags VALUES (1, 'x')"],
    theirs: ["INSERT INTO tags VALUES (1, 'x')"],
    outcome: {
      rows: {
        tags: [
          [1, "x"],
          [1, "x"],
        ],
      },
    },
  },
  { row: "S1", name: "a table and an index of one side", ours: DOUBLE, theirs: [], outcome: { rows: { double: [] } } },
  {
    row: "S2",
    name: "the same table made on both sides",
    ours: [...DOUBLE, "INSERT INTO double VALUES (1)"],
    theirs: [...DOUBLE, "INSERT INTO double VALUES (2)"],
    outcome: { rows: { double: [[1], [2]] } },
  },
  {
    row: "S3",
    name: "a table that got another column",
    ours: ["ALTER TABLE notes ADD COLUMN stars"],
    theirs: [],
    outcome: { code: "schema-conflict" },
  },
  {
    row: "S3",
    name: "a table made otherwise on both sides",
    ours: ["CREATE TABLE double (a)"],
    theirs: ["CREATE TABLE double (b)"],
    outcome: { code: "schema-conflict" },
  },
  {
    row: "S3",
    name: "a table that no AgentFS client opens",
    ours: ["CREATE TABLE checked (n CHECK (n > 0))"],
    theirs: [],
    outcome: { code: "unsupported-schema" },
  },
];
