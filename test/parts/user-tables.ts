import { changed, type Hand } from "./hand.ts";
import { writeOrigin } from "./merged.ts";

/** Statements as what one side did. */
export const run =
  (...statements: string[]) =>
  (hand: Hand): void => {
    for (const sql of statements) hand.sql(sql);
  };

/** An origin with tables of each kind: a number as key with rows that refer to it, several columns, none, a unique value besides. */
export async function writeTables(): Promise<string> {
  return changed(
    await writeOrigin(),
    run(
      "CREATE TABLE notes (id INTEGER PRIMARY KEY, text)",
      "INSERT INTO notes VALUES (1, 'one'), (2, 'two')",
      "CREATE TABLE tags (note INTEGER REFERENCES notes (id), tag TEXT, PRIMARY KEY (note, tag))",
      "INSERT INTO tags VALUES (1, 'red')",
      "CREATE TABLE log (line, at)",
      "INSERT INTO log VALUES ('a', 1), ('a', 1), ('b', 2)",
      "CREATE TABLE users (name TEXT PRIMARY KEY, mail TEXT COLLATE NOCASE UNIQUE)",
      "INSERT INTO users VALUES ('ann', 'a@x'), ('bob', 'b@x')",
    ),
  );
}
