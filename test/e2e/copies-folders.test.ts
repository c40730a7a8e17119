import { cp } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { AgentOp } from "../parts/agent.ts";
import { type Machine, machine, pulled } from "../parts/machine.ts";
import { call, text } from "../parts/ops.ts";
import { startProxy } from "../parts/proxy.ts";
import { contentOf, pulledSetting } from "../parts/pulled-setting.ts";
import { startServer } from "../parts/server.ts";
import { makeTempDir } from "../parts/temp.ts";
import { traffic } from "../parts/traffic.ts";

async function copyOf(m: Machine, url: string): Promise<Machine> {
  const dir = await makeTempDir();
  await cp(join(m.dir, ".agentfs"), join(dir, ".agentfs"), { recursive: true });
  return machine(url, {}, dir);
}

const CHANGES: readonly AgentOp[] = [
  text("/dir/new", "new"),
  text("/edit", "after"),
  { op: "rename", from: "/move", to: "/dir/moved" },
  { op: "symlink", target: "new", path: "/dir/link" },
  { op: "link", from: "/edit", to: "/dir/hard" },
  { op: "kvSet", key: "k", value: 1 },
  { op: "kvSet", key: "fresh", value: [1] },
  { op: "sql", sql: "UPDATE tool_calls SET status = 'success', completed_at = 5 WHERE name = 'slow'" },
  call("same"),
  call("same"),
];

describe("the folder copied after a pull", () => {
  it("I6: to three machines that write different things: all of it is kept", async () => {
    const { url, m } = await pulledSetting();
    const copies = [m, await copyOf(m, url), await copyOf(m, url)];
    for (const [index, copy] of copies.entries()) {
      await copy.write(text(`/of-${index}`, `${index}`), call(`of-${index}`), { op: "kvSet", key: `of-${index}`, value: index });
    }
    for (const copy of copies) expect((await copy.ok("push")).push?.outcome).toBe("pushed");
    const remote = await pulled(url);
    for (const index of copies.keys()) expect(contentOf(remote.files, `/of-${index}`)).toBe(`${index}`);
    expect(remote.toolCalls.map(({ name }) => name)).toEqual(["before", "of-0", "of-1", "of-2", "slow"]);
    expect(remote.keys).toMatchObject({ "of-0": 0, "of-1": 1, "of-2": 2 });
    for (const copy of copies) {
      await copy.ok("pull");
      expect(await copy.list()).toEqual(remote);
    }
  });

  it("I6: with unpushed changes in it: pushed from both, they are there once", async () => {
    const { url, m } = await pulledSetting();
    await m.write(...CHANGES);
    const copy = await copyOf(m, url);
    expect((await m.ok("push")).push?.outcome).toBe("pushed");
    const remote = await pulled(url);
    await copy.ok("push");
    expect(await pulled(url)).toEqual(remote);
    expect(remote.toolCalls.filter(({ name }) => name === "same")).toHaveLength(2);
    await copy.ok("pull");
    expect(await copy.list()).toEqual(remote);
    expect((await copy.ok("push")).push?.outcome).toBe("unchanged");
  });

  it("I6: with unpushed changes, and both write more: the common part is there once, the rest of both is kept", async () => {
    const { url, m } = await pulledSetting();
    await m.write(...CHANGES);
    const copy = await copyOf(m, url);
    await m.write(text("/dir/only-m", "m"), call("only-m"), call("same"));
    await copy.write(text("/dir/only-copy", "c"), call("only-copy"));
    expect((await m.ok("push")).push?.outcome).toBe("pushed");
    expect((await copy.ok("push")).push?.outcome).toBe("pushed");
    const remote = await pulled(url);
    expect(remote.toolCalls.map(({ name }) => name)).toEqual(["before", "only-copy", "only-m", "same", "same", "same", "slow"]);
    expect(contentOf(remote.files, "/dir/only-m")).toBe("m");
    expect(contentOf(remote.files, "/dir/only-copy")).toBe("c");
    expect(remote.hardLinks).toEqual([["/dir/hard", "/edit"]]);
    for (const one of [m, copy]) {
      await one.ok("pull");
      expect(await one.list()).toEqual(remote);
    }
  });

  it("I6: a call that the copy made is not taken for an equal one that was on the remote before", async () => {
    const { url, m } = await pulledSetting();
    const copy = await copyOf(m, url);
    await m.write(text("/of-m", "m"));
    await copy.write(call("before"));
    await m.ok("push");
    expect((await copy.ok("push")).push?.outcome).toBe("pushed");
    expect((await pulled(url)).toolCalls.map(({ name }) => name)).toEqual(["before", "before", "slow"]);
  });

  it("I6: after a push of unknown outcome: pushed from both, it is there once", async () => {
    for (const drop of ["before", "after"] as const) {
      const server = await startServer();
      const net = traffic();
      const proxy = await startProxy({ upstream: server.url, fault: net.fault });
      const m = await machine(proxy.url, { timeoutSeconds: 2 });
      await m.ok("pull");
      await m.write(text("/a", "a"), call("a"));
      net.rule = (kind) => (kind === "commit" ? { drop } : kind === "settle" ? { drop: "before" } : undefined);
      expect((await m.run("push")).error?.code).toBe("outcome-unknown");
      net.rule = undefined;
      const copy = await copyOf(m, proxy.url);
      await copy.write(text("/b", "b"), call("b"));
      await copy.ok("push");
      await m.ok("push");
      await m.ok("pull");
      const remote = await pulled(server.url);
      expect(remote.toolCalls.map(({ name }) => name)).toEqual(["a", "b"]);
      expect(await m.list()).toEqual(remote);
      await copy.ok("pull");
      expect(await copy.list()).toEqual(remote);
    }
  });
});
