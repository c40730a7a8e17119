import { expect, it } from "vitest";
import { failedPush } from "../parts/failed-push.ts";
import { machine, pulled } from "../parts/machine.ts";
import { text } from "../parts/ops.ts";
import { contentOf } from "../parts/pulled-setting.ts";
import { rescue } from "../parts/rescue.ts";

const SET_ASIDE = { onUnpushed: "set-aside", timeoutSeconds: 30 } as const;

const kept = async (dir: string) => (await rescue(dir, { action: "list" }, { agents: ["bot"] })).bundles;

it("what a failed push left is pushed first by the next pull of a machine that is kept, and both are in the working copy", async () => {
  const { url, m, pushId } = await failedPush(text("/mine", "mine"));
  const other = await machine(url);
  await other.ok("pull");
  await other.write(text("/others", "others"));
  await other.ok("push");
  const { push, pull } = await m.ok("pull", SET_ASIDE);
  expect(push).toMatchObject({ outcome: "pushed", pushId, files: { added: 1 } });
  expect(pull).toMatchObject({ outcome: "pulled" });
  expect(m.lines.join("\n")).toMatch(
    new RegExp(`failed push ${pushId} of an earlier run had left was pushed first \\(sequence 3\\)`),
  );
  const files = await pulled(url);
  expect([contentOf(files.files, "/mine"), contentOf(files.files, "/others")]).toEqual(["mine", "others"]);
  expect(await m.list()).toEqual(files);
  expect(await kept(m.dir)).toEqual([]);
});

it("what is written after the failed push, and no push was asked for, is only set aside and listed", async () => {
  const { url, m } = await failedPush(text("/mine", "mine"));
  await m.write(text("/later", "later"));
  await m.ok("pull", SET_ASIDE);
  const files = await pulled(url);
  expect([contentOf(files.files, "/mine"), contentOf(files.files, "/later")]).toEqual(["mine", ""]);
  expect(await kept(m.dir)).toMatchObject([{ reason: "set-aside", counts: { files: { added: 1 } } }]);
});

it("I4: what cannot be pushed now stays kept as a failed push, the pull goes on, and a run that can pushes it with what came of it", async () => {
  const { url, m, pushId } = await failedPush(text("/edit", "mine"));
  const other = await machine(url);
  await other.ok("pull");
  await other.write(text("/edit", "others"));
  await other.ok("push");
  await m.ok("pull", { ...SET_ASIDE, conflict: "fail" });
  expect(m.lines.join("\n")).toMatch(/could not be pushed now and stays in .*\/edit \(changed here, changed on the remote\)/);
  expect(await kept(m.dir)).toMatchObject([{ reason: "failed-push", pushId }]);
  expect(contentOf((await m.list()).files, "/edit")).toBe("others");
  const { push, conflicts } = await m.ok("pull", SET_ASIDE);
  expect(push).toMatchObject({ outcome: "pushed", pushId });
  expect(conflicts).toMatchObject([{ path: "/edit", resolution: "keep-both" }]);
  expect(contentOf((await m.list()).files, `/edit.conflict-${pushId.slice(0, 8)}`)).toBe("mine");
  expect(await kept(m.dir)).toEqual([]);
});

it("a run that may not push, and one that refuses, leave it alone", async () => {
  const { m, net, pushId } = await failedPush(text("/mine", "mine"));
  const before = net.kinds.filter((kind) => kind === "commit").length;
  expect((await m.run("pull", { onUnpushed: "refuse" })).error?.code).toBe("unpushed-changes");
  await m.ok("pull", { ...SET_ASIDE, readOnly: true });
  expect(net.kinds.filter((kind) => kind === "commit")).toHaveLength(before);
  expect(await kept(m.dir)).toMatchObject([{ reason: "failed-push", pushId }]);
});
