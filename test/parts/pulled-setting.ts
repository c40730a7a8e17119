import { type Machine, machine } from "./machine.ts";
import { call, text } from "./ops.ts";
import { startServer } from "./server.ts";

export const contentOf = (files: Readonly<Record<string, string>>, path: string): string =>
  Buffer.from(files[path] ?? "", "base64").toString();

/** A remote and a machine that has pulled what is there: two files, a key, a call that is still under way. */
export async function pulledSetting(): Promise<{ readonly url: string; readonly m: Machine }> {
  const { url } = await startServer();
  const first = await machine(url);
  await first.ok("pull");
  await first.write(text("/edit", "before"), text("/move", "m"), { op: "kvSet", key: "k", value: 0 }, call("before"), {
    op: "toolStart",
    name: "slow",
  });
  await first.ok("push");
  const m = await machine(url);
  await m.ok("pull");
  return { url, m };
}
