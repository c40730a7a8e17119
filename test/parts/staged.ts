import { randomBytes } from "node:crypto";
import { expect } from "vitest";
import { inconsistencies } from "./consistency.ts";
import { type Machine, machine } from "./machine.ts";
import { text } from "./ops.ts";
import { startProxy } from "./proxy.ts";
import { remoteSql } from "./remote-sql.ts";
import { startServer } from "./server.ts";
import { traffic } from "./traffic.ts";

export const MEGABYTE = 2 ** 20;

/** A file of random bytes, for `write`. */
export const randomFile = (path: string, sizeBytes = MEGABYTE) =>
  ({ op: "writeFile", path, base64: randomBytes(sizeBytes).toString("base64") }) as const;

/** A machine behind a proxy that has pulled and pushed something small, so that what follows is one push alone. */
export async function readyToStage() {
  const server = await startServer();
  const net = traffic();
  const proxy = await startProxy({ upstream: server.url, fault: net.fault });
  const m = await machine(proxy.url, { timeoutSeconds: 60 });
  await m.ok("pull");
  await m.write(text("/small", "small"));
  await m.ok("push");
  net.kinds.length = 0;
  proxy.requests.length = 0;
  return { url: server.url, net, proxy, m };
}

/** How many reservations, staged values and staged chunks the remote has. */
export async function staged(url: string): Promise<(string | number | null)[]> {
  const [[counts] = []] = await remoteSql(url, [
    {
      sql: `SELECT (SELECT count(*) FROM agentfs_sync_reservation), (SELECT count(*) FROM agentfs_sync_stage),
        (SELECT count(*) FROM fs_data WHERE ino NOT IN (SELECT ino FROM fs_inode))`,
    },
  ]);
  return counts ?? [];
}

export const NOTHING_STAGED = [0, 0, 0];

/** As if the pusher of every reservation had given no sign of life for long. */
export async function ageLeases(url: string): Promise<void> {
  await remoteSql(url, [{ sql: "UPDATE agentfs_sync_reservation SET lease_until = 1" }]);
}

/** Nothing of what was staged is left, and what anybody pulls is what the machine has. */
export async function expectAllArrived(url: string, m: Machine): Promise<void> {
  expect(await staged(url)).toEqual(NOTHING_STAGED);
  const fresh = await machine(url);
  await fresh.ok("pull");
  expect(inconsistencies(fresh.db)).toEqual([]);
  expect(await fresh.list()).toEqual(await m.list());
}
