import { describe, expect, it } from "vitest";
import { machine, pulled } from "../parts/machine.ts";
import { text } from "../parts/ops.ts";
import { pulledSetting } from "../parts/pulled-setting.ts";

/** A machine whose push has just ended in a conflict: what it knows of the remote is newer than what it pulled, and grows old. */
async function afterConflict() {
  const { url, m } = await pulledSetting();
  const other = await machine(url);
  await other.ok("pull");
  return { url, m, other };
}

describe("a push that finds nothing to do, or a conflict, against what was known of the remote", () => {
  it("I1: a key that is set to what the remote held then, but no longer does, is a conflict and not `unchanged`", async () => {
    const { url, m, other } = await afterConflict();
    await other.write({ op: "kvSet", key: "k", value: 2 });
    await other.ok("sync");
    await m.write({ op: "kvSet", key: "k", value: 3 });
    expect((await m.run("push", { conflict: "fail" })).error?.code).toBe("conflict");
    await other.write({ op: "kvSet", key: "k", value: 9 });
    await other.ok("sync");

    await m.write({ op: "kvSet", key: "k", value: 2 });
    expect((await m.run("push", { conflict: "fail" })).error).toMatchObject({ code: "conflict" });
    expect((await m.list()).keys).toMatchObject({ k: 2 });
    expect((await pulled(url)).keys).toMatchObject({ k: 9 });
  });

  it("I1: a file that the other side has taken back is a conflict no longer", async () => {
    const { url, m, other } = await afterConflict();
    await other.write(text("/both", "theirs"));
    await other.ok("sync");
    await m.write(text("/both", "ours"));
    expect((await m.run("push", { conflict: "fail" })).error?.code).toBe("conflict");
    await other.write({ op: "unlink", path: "/both" });
    await other.ok("sync");

    expect((await m.ok("push")).push?.outcome).toBe("pushed");
    expect((await pulled(url)).files["/both"]).toBe(Buffer.from("ours").toString("base64"));
  });
});
