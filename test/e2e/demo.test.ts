import { once } from "node:events";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { start } from "../../demo/processes.ts";
import { faultsOf, type Job, type Write } from "../../demo/writes.ts";
import { nodePath, REPOSITORY } from "../parts/programs.ts";
import { cleanEnv, runChild } from "../parts/run-child.ts";
import { makeTempDir } from "../parts/temp.ts";

const file = (name: string, digest = name): Write => ({ kind: "file", name, digest });
const call = (name: string, digest: string): Write => ({ kind: "tool call", name, digest });
const jobs: readonly Job[] = [
  { machine: "A", writes: [file("/plan.md"), call("search", "1")] },
  { machine: "B", writes: [file("/report.md"), call("search", "2")] },
];
const everything = jobs.flatMap(({ writes }) => writes);
const without = (lost: Write) => everything.filter((write) => write !== lost);

describe("the demo's check", () => {
  it("finds nothing wrong when every write is there", () => {
    expect(faultsOf(jobs, everything)).toEqual([]);
  });

  it.each(everything.map((write) => [`${write.kind} ${write.name} ${write.digest}`, write] as const))(
    "names a lost %s",
    (_, write) => {
      expect(faultsOf(jobs, without(write))).toEqual([expect.stringMatching(`the ${write.kind} ${write.name} .*is missing`)]);
    },
  );

  it("names a file that holds something else", () => {
    const found = everything.map((write) => (write.name === "/plan.md" ? file("/plan.md", "foreign bytes") : write));
    expect(faultsOf(jobs, found)).toEqual(["the file /plan.md of machine A holds something else"]);
  });

  it("names a tool call that is there twice", () => {
    expect(faultsOf(jobs, [...everything, call("search", "2")])).toEqual(["the tool call search of machine B is there 2 times"]);
  });

  it("does not pass for a job that wrote nothing", () => {
    expect(faultsOf([...jobs, { machine: "C", writes: [] }], everything)).toEqual(["machine C wrote nothing"]);
  });
});

describe("npm run demo", () => {
  it("ends with every write of 4 jobs, and leaves no folder behind", async () => {
    const temp = await makeTempDir();
    const { exitCode, stdout } = await runChild("npm", ["run", "demo"], {
      cwd: REPOSITORY,
      env: { TMPDIR: temp, NODE_DISABLE_COMPILE_CACHE: "1" },
    });
    expect({ exitCode, last: stdout.trimEnd().split("\n").at(-1) }).toEqual({
      exitCode: 0,
      last: "demo: every write of 4 jobs is there",
    });
    expect(await readdir(temp)).toEqual([]);
  });

  it("on Ctrl-C ends all that it started and leaves no folder behind", async () => {
    const temp = await makeTempDir();
    const options = { name: "The demo", cwd: REPOSITORY, env: { ...cleanEnv(), TMPDIR: temp }, say: () => undefined };
    const demo = start(nodePath(), [join(REPOSITORY, "demo/main.ts")], options);
    const remoteUrl = /http:\/\/127\.0\.0\.1:\d+/;
    const [server = ""] = remoteUrl.exec(await demo.line(remoteUrl)) ?? [];
    await demo.line(/waits for the other job/);
    expect(await fetch(server)).toBeInstanceOf(Response);
    const ended = once(demo.child, "close");
    demo.child.kill("SIGINT");
    expect(await ended).toEqual([130, null]);
    await expect(fetch(server)).rejects.toThrow("fetch failed");
    expect(await readdir(temp)).toEqual([]);
  });
});
