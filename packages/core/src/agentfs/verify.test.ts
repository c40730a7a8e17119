import { copyFile, open } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { changed, type Hand, REGULAR, written } from "../../../../test/parts/hand.ts";
import { makeTempDir } from "../../../../test/parts/temp.ts";
import { RULES } from "./verify/rules.ts";
import { verify } from "./verify.ts";

let whole: string;
beforeAll(async () => {
  whole = await written((hand) => {
    hand.file("/a", "a");
    hand.file("/big", "0123456789".repeat(1000));
    hand.directory("/dir");
    hand.directory("/dir/sub");
    hand.file("/dir/sub/x", "x");
    hand.symlink("/link", "/a");
    hand.link("/a", "/dir/b");
    hand.key("one", "1");
    hand.call("build");
  });
});

const after = async (write: (hand: Hand) => void) => verify(await changed(whole, write), "It");

/** fs_dentry without its UNIQUE, as no client makes it. */
function forgetUnique(hand: Hand): void {
  hand.sql("CREATE TABLE loose (id INTEGER PRIMARY KEY, name TEXT, parent_ino INTEGER, ino INTEGER)");
  hand.sql("INSERT INTO loose SELECT id, name, parent_ino, ino FROM fs_dentry");
  hand.sql("DROP TABLE fs_dentry");
  hand.sql("ALTER TABLE loose RENAME TO fs_dentry");
}

const BREAKS: readonly (readonly [rule: string, path: string, write: (hand: Hand) => void])[] = [
  ["root", "/", (hand) => hand.sql("UPDATE fs_inode SET mode = ? WHERE ino = 1", 0o010755)],
  ["entry-inode", "/dir/sub/gone", (hand) => hand.entry("/dir/sub/gone", 777n)],
  [
    "entry-parent",
    "inode 777/lost",
    (hand) => {
      hand.file("/lost", "l");
      hand.sql("UPDATE fs_dentry SET parent_ino = 777 WHERE name = 'lost'");
    },
  ],
  ["entry-parent", "/a/below", (hand) => hand.file("/a/below", "b")],
  [
    "unique-name",
    "/dir/twin",
    (hand) => {
      forgetUnique(hand);
      hand.file("/dir/twin", "1");
      hand.file("/dir/other", "2");
      hand.sql("UPDATE fs_dentry SET name = 'twin' WHERE name = 'other'");
    },
  ],
  ["link-count", "/a", (hand) => hand.sql("UPDATE fs_inode SET nlink = 1 WHERE ino = ?", hand.ino("/a"))],
  ["link-count", "/big", (hand) => hand.sql("UPDATE fs_inode SET nlink = 0 WHERE ino = ?", hand.ino("/big"))],
  [
    "inode-entry",
    "inode 777",
    (hand) => {
      hand.file("/lost", "l", 777n);
      hand.sql("DELETE FROM fs_dentry WHERE name = 'lost'");
    },
  ],
  [
    "reachable",
    "inode 777/sub",
    (hand) => {
      hand.sql("INSERT INTO fs_inode (ino, mode, nlink, atime, mtime, ctime) VALUES (777, ?, 0, 10, 10, 10)", 0o040755);
      hand.sql("UPDATE fs_dentry SET parent_ino = 777 WHERE name = 'sub'");
    },
  ],
  ["content-owner", "/dir", (hand) => hand.sql("INSERT INTO fs_data VALUES (?, 0, x'00')", hand.ino("/dir"))],
  ["chunk-size", "/", (hand) => hand.sql("DELETE FROM fs_config WHERE key = 'chunk_size'")],
  ["chunk-length", "/big", (hand) => hand.sql("UPDATE fs_data SET data = x'00' WHERE chunk_index = 1")],
  [
    "chunk-length",
    "/long",
    (hand) => {
      hand.sql("INSERT INTO fs_data VALUES (?, 0, zeroblob(4097))", hand.node("/long", REGULAR, 9000));
    },
  ],
  [
    "chunk-length",
    "/before",
    (hand) => {
      hand.sql("INSERT INTO fs_data VALUES (?, -1, zeroblob(4096))", hand.node("/before", REGULAR, 9000));
    },
  ],
  ["content-size", "/big", (hand) => hand.sql("UPDATE fs_inode SET size = 9999 WHERE size = 10000")],
  ["symlink", "/link", (hand) => hand.sql("DELETE FROM fs_symlink")],
  ["symlink", "/a", (hand) => hand.sql("INSERT INTO fs_symlink VALUES (?, '/b')", hand.ino("/a"))],
  ["symlink", "inode 777", (hand) => hand.sql("INSERT INTO fs_symlink VALUES (777, '/b')")],
  ["key-json", "two", (hand) => hand.key("two", "{")],
  ["tool-call-json", "tool call 1", (hand) => hand.sql("UPDATE tool_calls SET parameters = 'x'")],
  ["tool-call-json", "tool call 1", (hand) => hand.sql("UPDATE tool_calls SET result = ''")],
];

describe("a database that breaks one rule has one finding:", () => {
  test.for(BREAKS)("%s, at %s", async ([rule, path, write]) => {
    const { findings, brokenCount } = await after(write);
    const broken = findings.filter((finding) => finding.rule !== "left-behind");
    expect(broken).toEqual([{ rule, path, what: RULES.find(({ name }) => name === rule)?.what }]);
    expect(brokenCount).toBe(1);
  });

  test("every rule is broken by one of them, but what is a remark only", () => {
    const broken = new Set(BREAKS.map(([rule]) => rule));
    expect(RULES.filter(({ name }) => !broken.has(name)).map(({ name }) => name)).toEqual(["left-behind"]);
  });

  test("directories that hold each other are out of reach, both of them", async () => {
    const { findings } = await after((hand) => {
      const [dir, sub] = [hand.ino("/dir"), hand.ino("/dir/sub")];
      hand.sql("UPDATE fs_dentry SET parent_ino = ? WHERE ino = ?", sub, dir);
    });
    expect(findings.map(({ rule, path }) => [rule, path])).toEqual([
      ["reachable", "inode 4/sub/dir"],
      ["reachable", "inode 5/dir/sub"],
    ]);
  });
});

describe("nothing is broken in", () => {
  test.for<[name: string, write: (hand: Hand) => void]>([
    ["files, directories, links, keys and calls", () => undefined],
    [
      "a file that ends in a hole, the last stored chunk short",
      (hand) => hand.sql("UPDATE fs_inode SET size = 90000 WHERE size = 10000"),
    ],
    ["a file that is one hole", (hand) => hand.node("/hole", REGULAR, 100_000)],
    ["a hole between chunks", (hand) => hand.sql("DELETE FROM fs_data WHERE chunk_index = 1")],
    ["a directory, however its links are counted", (hand) => hand.sql("UPDATE fs_inode SET nlink = 9 WHERE mode = ?", 0o040755)],
    ["content that no inode names: others stage it just now", (hand) => hand.sql("INSERT INTO fs_data VALUES (777, 3, x'00')")],
    [
      "a database without keys and tool calls",
      (hand) => {
        for (const table of ["kv_store", "tool_calls"]) hand.sql(`DROP TABLE ${table}`);
      },
    ],
    ["a tool call without parameters and result", (hand) => hand.call("test", "pending")],
  ])("%s", async ([, write]) => {
    expect(await after(write)).toEqual({ findings: [], brokenCount: 0 });
  });

  test.for<[name: string, write: (hand: Hand) => void]>([
    ["directory", (hand) => hand.node("/gone", 0o040755, 0, 777n)],
    [
      "file that somebody had open",
      (hand) => {
        hand.file("/gone", "g", 777n);
        hand.sql("UPDATE fs_inode SET nlink = 0 WHERE ino = 777");
      },
    ],
  ])("what a removed %s leaves behind, which has a line all the same", async ([, write]) => {
    const verified = await after((hand) => {
      write(hand);
      hand.sql("DELETE FROM fs_dentry WHERE name = 'gone'");
    });
    expect(verified).toMatchObject({ findings: [{ rule: "left-behind", path: "inode 777" }], brokenCount: 0 });
  });
});

test("all that is broken is counted, and the first hundred of each rule are named", async () => {
  const { findings, brokenCount } = await after((hand) => {
    for (let number = 0; number < 250; number++) hand.key(`bad ${number}`, "{");
    hand.sql("DELETE FROM fs_symlink");
  });
  expect(brokenCount).toBe(251);
  expect(findings.map(({ rule }) => rule)).toEqual(["symlink", ...Array.from({ length: 100 }, () => "key-json")]);
});

test("the file is not changed, and one that was in WAL mode is read all the same", async () => {
  const path = await changed(whole, (hand) => hand.key("bad", "{"));
  const db = new DatabaseSync(path);
  db.exec("PRAGMA journal_mode = WAL; UPDATE kv_store SET value = '[' WHERE key = 'bad'");
  db.close();
  expect(verify(path, "It").findings).toHaveLength(1);
});

describe("there is nothing to hold against the rules in", () => {
  const fixture = (name: string) => fileURLToPath(new URL(`../../../../test/fixtures/databases/${name}`, import.meta.url));

  test("a database that is no AgentFS", async () => {
    const path = await changed(whole, (hand) => hand.sql("DROP TABLE fs_data"));
    expect(() => verify(path, "It")).toThrow(expect.objectContaining({ code: "not-agentfs" }));
  });

  test("an encrypted one", async () => {
    const path = join(await makeTempDir(), "encrypted.db");
    await copyFile(fixture("encrypted.db"), path);
    expect(() => verify(path, "It")).toThrow(expect.objectContaining({ code: "not-a-database" }));
  });

  test("one whose pages are damaged", async () => {
    let page = 0;
    const path = await changed(whole, ({ db }) => {
      page = Number(db.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'fs_inode'").get()?.["rootpage"]);
    });
    const file = await open(path, "r+");
    await file.write(Buffer.alloc(64, 0xff), 0, 64, (page - 1) * 4096);
    await file.close();
    expect(() => verify(path, "It")).toThrow(expect.objectContaining({ code: "local-damaged" }));
  });
});
