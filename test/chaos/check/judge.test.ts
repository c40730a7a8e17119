import { describe, expect, test } from "vitest";
import { digestOf, type Thing } from "../writer/journal.ts";
import type { Deed } from "./evidence.ts";
import { judge } from "./judge.ts";

const file = (name: string, content: string): Thing => ({ kind: "file", name, digest: digestOf(content) });
const call = (name: string): Thing => ({ kind: "call", name, digest: "" });

const deed = (id: string, made: Thing | null, changes: Partial<Deed> = {}): Deed => ({
  id,
  made,
  replaced: null,
  isDone: true,
  job: 0,
  begunAt: 10,
  commands: [],
  isTwofold: false,
  ...changes,
});

describe("what counts as lost", () => {
  const a = file("/a.txt", "a");

  test("a write that is not there, has another content, or another name", () => {
    expect(judge([deed("1", a)], [a], []).lost).toEqual([]);
    expect(judge([deed("1", a)], [], []).lost).toHaveLength(1);
    expect(judge([deed("1", a)], [file("/a.txt", "b")], []).lost).toHaveLength(1);
    expect(judge([deed("1", a)], [file("/b.txt", "a")], []).lost).toHaveLength(1);
  });

  test("not one that a conflict put beside it, that was not done, or that a later one saw and replaced", () => {
    expect(judge([deed("1", a)], [file("/a.conflict-0123abcd.txt", "a")], []).lost).toEqual([]);
    expect(judge([deed("1", a, { isDone: false })], [], []).lost).toEqual([]);
    const b = file("/a.txt", "b");
    expect(judge([deed("1", a), deed("2", b, { replaced: a })], [b], []).lost).toEqual([]);
    expect(judge([deed("1", a), deed("2", null, { replaced: a })], [], []).lost).toEqual([]);
  });

  test("both of two writes that did not see each other", () => {
    const deeds = [deed("1", file("/s", "1")), deed("2", file("/s", "2"))];
    expect(judge(deeds, [file("/s", "2")], []).lost).toHaveLength(1);
    expect(judge(deeds, [file("/s", "2"), file("/s.conflict-x", "1")], []).lost).toEqual([]);
  });

  test("after the remote was put back: what no command could have sent before, and what was written afterwards", () => {
    const upheavals = [{ startedAt: 20, endedAt: 30 }];
    const sent = { commands: [{ startedAt: 12, endedAt: 14 }] };
    expect(judge([deed("1", a, sent)], [], upheavals).lost).toEqual([]);
    expect(judge([deed("1", a)], [], upheavals).lost).toHaveLength(1);
    expect(judge([deed("1", a, { ...sent, begunAt: 31 })], [], upheavals).lost).toHaveLength(1);
  });
});

describe("what counts as doubled", () => {
  test("a tool call that is there twice, whatever happened", () => {
    const twice = [call("c"), call("c")];
    expect(judge([deed("1", call("c"), { isTwofold: true })], twice, [{ startedAt: 0, endedAt: 1 }]).doubled).toHaveLength(1);
  });

  test("a content that is there under two names, unless the folder was copied", () => {
    const there = [file("/a", "a"), file("/a.conflict-x", "a")];
    expect(judge([deed("1", file("/a", "a"))], there, []).doubled).toHaveLength(1);
    expect(judge([deed("1", file("/a", "a"), { isTwofold: true })], there, []).doubled).toEqual([]);
  });
});
