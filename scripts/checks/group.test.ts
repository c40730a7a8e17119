import { once } from "node:events";
import { createServer } from "node:net";
import { describe, expect, it } from "vitest";
import { startGroup } from "./group.ts";

const start = (script: string) => startGroup(["-e", script], process.env, 60_000);

describe("a program and all that it started", () => {
  it("ends with its exit code, and then nobody is there to get a signal", async () => {
    const group = start("process.exitCode = 3");
    expect(await group.ended).toBe(3);
    expect(group.signal("SIGKILL")).toBe(false);
  });

  it("ends with 128 + n after signal n", async () => {
    const group = start("setInterval(() => {}, 1000)");
    expect(group.signal("SIGKILL")).toBe(true);
    expect(await group.ended).toBe(137);
  });

  it("gets a signal also where the program itself has ended", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const left = `require('node:net').connect(${JSON.stringify(server.address())})`;
    const group = start(
      `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(left)}], { stdio: 'ignore' }).unref()`,
    );
    const [connection] = await once(server, "connection");
    expect(await group.ended).toBe(0);
    const closed = once(
      connection.on("error", () => connection.destroy()),
      "close",
    );
    expect(group.signal("SIGKILL")).toBe(true);
    await closed;
    server.close();
  });
});
