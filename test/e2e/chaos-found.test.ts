import { expect, it } from "vitest";
import { machine, pulled } from "../parts/machine.ts";
import { call, text } from "../parts/ops.ts";
import { startProxy } from "../parts/proxy.ts";
import { remoteSql } from "../parts/remote-sql.ts";
import { startServer } from "../parts/server.ts";
import { traffic } from "../parts/traffic.ts";

/** What `pnpm chaos` found, each by the least that shows it. */

it("I2: an unsettled push whose remote was recreated meanwhile: settling it leaves the empty remote empty, so that it can be used", async () => {
  const old = await startServer();
  const net = traffic();
  const proxy = await startProxy({ upstream: old.url, fault: net.fault });
  const m = await machine(proxy.url);
  await m.ok("pull");
  await m.write(text("/a", "a"), call("before"));
  await m.ok("push");
  await m.write(text("/b", "b"), call("after"));
  net.rule = (kind) => (kind === "commit" || kind === "settle" ? { drop: "before" } : undefined);
  expect((await m.run("push", { timeoutSeconds: 1 })).error?.code).toBe("outcome-unknown");
  net.rule = undefined;
  await old.stop();
  const { url } = await startServer({ port: old.port });

  expect((await m.run("push")).error?.code).toBe("remote-replaced");
  expect(await remoteSql(url, [{ sql: "SELECT name FROM sqlite_schema" }])).toEqual([[]]);
  expect((await m.ok("push", { allow: ["remote-replaced"] })).push?.outcome).toBe("pushed");
  expect(await pulled(url)).toEqual(await m.list());
});
