import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openBase, sealBase } from "../../packages/core/src/index.ts";
import { sealFile } from "../../packages/core/src/secrets/seal.ts";
import { machine } from "../parts/machine.ts";
import { text } from "../parts/ops.ts";
import { pulledSetting } from "../parts/pulled-setting.ts";
import { startServer } from "../parts/server.ts";
import { makeTempDir } from "../parts/temp.ts";

const SECRET = "secret-of-the-cache";
const optionsFor = (directory: string, remoteUrl: string, secret = SECRET) => ({
  directory,
  secret,
  target: { agent: "bot", remoteUrl },
});

/** A sealed base of a remote that has moved on since. */
async function sealedSetting() {
  const { url, m } = await pulledSetting();
  const file = join(await makeTempDir(), "base.sealed");
  const sealed = await sealBase(file, optionsFor(m.dir, url));
  expect(sealed?.revision).toMatch(/./);
  await m.write(text("/later", "later"));
  await m.ok("push");
  return { url, file };
}

const bigEnough = text("/large", "large ".repeat(20_000));

describe("a base that is kept sealed", () => {
  it("lets a new machine pull only what changed since, and get all of it", async () => {
    const { url, m } = await pulledSetting();
    await m.write(bigEnough);
    await m.ok("push");
    await m.ok("pull");
    const file = join(await makeTempDir(), "base.sealed");
    await sealBase(file, optionsFor(m.dir, url));
    await m.write(text("/later", "later"));
    await m.ok("push");

    const cold = await machine(url);
    const all = (await cold.ok("pull")).pull?.bytesReceived ?? 0;
    const warm = await machine(url);
    await openBase(file, optionsFor(warm.dir, url));
    const { pull } = await warm.ok("pull");
    expect(pull?.outcome).toBe("pulled");
    expect(pull?.bytesReceived).toBeGreaterThan(0);
    expect(pull?.bytesReceived).toBeLessThan(all - 100_000);
    expect(await warm.list()).toEqual(await cold.list());
  });

  it("does not show what it holds (I8)", async () => {
    const { url, m } = await pulledSetting();
    const file = join(await makeTempDir(), "base.sealed");
    await sealBase(file, optionsFor(m.dir, url));
    const bytes = (await readFile(file)).toString("latin1");
    for (const secret of ["before", "SQLite", url, SECRET]) expect(bytes).not.toContain(secret);
  });

  it("is not used where another secret, URL or agent is asked for, and the pull gets everything", async () => {
    const { url, file } = await sealedSetting();
    for (const options of [
      optionsFor("", url, "another secret"),
      optionsFor("", "https://other.test"),
      { ...optionsFor("", url), target: { agent: "bot-2", remoteUrl: url } },
    ]) {
      const m = await machine(url);
      await expect(openBase(file, { ...options, directory: m.dir })).rejects.toMatchObject({ code: "rescue-sealed" });
      expect((await m.ok("pull")).pull?.outcome).toBe("pulled");
      expect(Object.keys((await m.list()).files)).toContain("/later");
    }
  });

  it("is not used when it was cut or changed", async () => {
    const { url, file } = await sealedSetting();
    const bytes = await readFile(file);
    const flipped = Buffer.from(bytes);
    flipped[flipped.length >> 1] = (flipped[flipped.length >> 1] ?? 0) ^ 1;
    for (const wrong of [bytes.subarray(0, -1), bytes.subarray(0, 20), Buffer.alloc(0), flipped, Buffer.from("no seal")]) {
      const m = await machine(url);
      await writeFile(file, wrong);
      await expect(openBase(file, optionsFor(m.dir, url))).rejects.toMatchObject({ code: "rescue-sealed" });
      expect((await m.ok("pull")).pull?.outcome).toBe("pulled");
    }
  });

  it("is not used when what was sealed is no base", async () => {
    const { url } = await pulledSetting();
    const plain = join(await makeTempDir(), "plain");
    await writeFile(plain, "no base at all");
    const m = await machine(url);
    const options = optionsFor(m.dir, url);
    await sealFile(plain, `${plain}.sealed`, { secret: SECRET, purpose: "base of bot", url });
    await expect(openBase(`${plain}.sealed`, options)).rejects.toThrow();
    expect((await m.ok("pull")).pull?.outcome).toBe("pulled");
  });

  it("stays unused where there is a base already", async () => {
    const { url, file } = await sealedSetting();
    const m = await machine(url);
    await m.ok("pull");
    expect(await openBase(file, optionsFor(m.dir, url))).toBeNull();
    expect((await m.ok("pull")).pull?.outcome).toBe("unchanged");
  });

  it("is of no harm when the remote was replaced since: all of the new one is pulled", async () => {
    const { url, file } = await sealedSetting();
    const other = await startServer();
    const first = await machine(other.url);
    await first.ok("pull");
    await first.write(text("/other", "other"));
    await first.ok("push");
    const m = await machine(url);
    await openBase(file, optionsFor(m.dir, url));
    // The same base, said to be of the other remote: what a restored or recreated database behind one URL looks like.
    const info = join(m.dir, ".agentfs/.sync/bot/base.json");
    await writeFile(info, (await readFile(info, "utf8")).replace(url, other.url));
    const moved = await machine(other.url, {}, m.dir);
    await moved.ok("pull");
    expect(Object.keys((await moved.list()).files)).toEqual(["/other"]);
  });

  it("is not made where nothing was pulled, or where a pull could not go on from it", async () => {
    const { url } = await startServer();
    const m = await machine(url);
    const file = join(await makeTempDir(), "base.sealed");
    expect(await sealBase(file, optionsFor(m.dir, url))).toBeNull();
    await mkdir(join(m.dir, ".agentfs"), { recursive: true });
    await m.ok("pull");
    expect(await sealBase(file, optionsFor(m.dir, url))).toBeNull();
    await expect(readFile(file)).rejects.toMatchObject({ code: "ENOENT" });
  });
});
