import type { AgentOp } from "./agent.ts";
import { type Machine, machine } from "./machine.ts";
import { startProxy } from "./proxy.ts";
import { pulledSetting } from "./pulled-setting.ts";
import { type Traffic, traffic } from "./traffic.ts";

export interface FailedPush {
  /** The server itself. */
  readonly url: string;
  readonly m: Machine;
  /** What is between the machine and the server. */
  readonly net: Traffic;
  readonly pushId: string;
}

/** A machine that pulled, wrote, and could not push: it keeps what it wrote. The server can be reached again now. */
export async function failedPush(...ops: readonly AgentOp[]): Promise<FailedPush> {
  const { url } = await pulledSetting();
  const net = traffic();
  const proxy = await startProxy({ upstream: url, fault: net.fault });
  const m = await machine(proxy.url, { timeoutSeconds: 2 });
  await m.ok("pull");
  await m.write(...ops);
  net.rule = () => ({ status: 403 });
  const { push, rescue } = await m.run("push");
  if (push?.outcome !== "failed" || rescue === null) throw new Error(`the push was to fail, but it is ${push?.outcome}`);
  net.rule = undefined;
  return { url, m, net, pushId: rescue.split("/").at(-1) ?? "" };
}
