import { rm } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { baseFiles } from "../parts/image.ts";
import { type Machine, machine, pulled } from "../parts/machine.ts";
import { call, text } from "../parts/ops.ts";
import { startServer } from "../parts/server.ts";

const allow = { allow: ["remote-replaced"] } as const;

/** Machines that have content, a directory, a key and calls in common, after their remote was emptied; the first alone has pushed. */
async function emptied() {
  const old = await startServer();
  const machines: Machine[] = [];
  for (const name of ["pushed", "cloned"]) {
    const m = await machine(old.url);
    await m.ok("pull");
    if (name === "pushed") {
      await m.write({ op: "mkdir", path: "/d" }, text("/d/x", "x"), { op: "kvSet", key: "k", value: 1 }, call("deploy"));
      await m.ok("push");
    }
    machines.push(m);
  }
  await old.stop();
  const { url } = await startServer({ port: old.port });
  const [first, second] = machines as [Machine, Machine];
  return { url, first, second };
}

describe("a remote that was emptied on purpose", () => {
  it("I1: gets everything of the working copy by one `sync`, also if nothing in it is new", async () => {
    const { url, first } = await emptied();
    const before = await first.list();
    expect((await first.run("sync")).error?.code).toBe("remote-replaced");
    expect((await first.ok("sync", allow)).push?.outcome).toBe("pushed");
    expect(await pulled(url)).toEqual(before);
    expect(await first.list()).toEqual(before);

    await first.write(text("/d/y", "y"));
    expect((await first.ok("sync")).push).toMatchObject({ outcome: "pushed", files: { added: 1, changed: 0, removed: 0 } });
    expect(await pulled(url)).toEqual(await first.list());
  });

  it("I1: gets it by the push after a pull that was allowed", async () => {
    const { url, second } = await emptied();
    expect((await second.ok("pull", allow)).pull?.outcome).toBe("new");
    await second.write(text("/d/y", "y"));
    expect((await second.ok("push")).push?.outcome).toBe("pushed");
    expect(await pulled(url)).toEqual(await second.list());
    expect(Object.keys((await second.list()).files).sort()).toEqual(["/d/x", "/d/y"]);
  });

  it("I2: gets what two machines had in common once, tool calls too, and what each has alone", async () => {
    const { url, first, second } = await emptied();
    await first.write(text("/d/first", "1"), call("of the first"));
    await second.write(text("/d/second", "2"), call("of the second"));
    await first.ok("sync", allow);
    await second.ok("sync", allow);
    const { files, toolCalls } = await pulled(url);
    expect(Object.keys(files).sort()).toEqual(["/d/first", "/d/second", "/d/x"]);
    expect(toolCalls.map(({ name }) => name).sort()).toEqual(["deploy", "of the first", "of the second"]);
    expect(await pulled(url)).toEqual(await second.list());
  });

  it("I1: is refused without leave also where the base is lost", async () => {
    const { first } = await emptied();
    for (const file of baseFiles(first)) await rm(file);
    await rm(join(first.dir, ".agentfs", ".sync", "bot", "base.json"));
    const before = await first.list();
    expect((await first.run("pull")).error?.code).toBe("remote-replaced");
    expect(await first.list()).toEqual(before);
  });
});

it("I1: a remote that others have filled anew is taken as it is by a machine with nothing unpushed, allowed or not", async () => {
  const { url, second } = await emptied();
  const other = await machine(url);
  await other.ok("pull");
  await other.write(text("/theirs", "t"));
  await other.ok("push");
  expect((await second.ok("sync", allow)).push?.outcome).toBe("unchanged");
  expect(await second.list()).toEqual(await other.list());
  expect(await pulled(url)).toEqual(await other.list());
});

it("I1: a remote that others have filled anew gets everything that it has not, and keeps what it has", async () => {
  const { url, first } = await emptied();
  const other = await machine(url);
  await other.ok("pull");
  await other.write(text("/theirs", "t"), text("/more", "m"));
  await other.ok("push");
  await first.write({ op: "unlink", path: "/d/x" }, text("/d/new", "n"));
  expect((await first.ok("sync", allow)).push?.outcome).toBe("pushed");
  expect(Object.keys((await pulled(url)).files).sort()).toEqual(["/d/new", "/more", "/theirs"]);
  expect(await first.list()).toEqual(await pulled(url));
});
