import { type AgentReport, type ConfigInput, type RevertRequest, runLog, runRevert } from "../../packages/core/src/index.ts";
import { agentPaths } from "../../packages/core/src/replica/paths.ts";
import type { LogEntry } from "../../packages/core/src/report/types.ts";
import { listUndo } from "../../packages/core/src/undo/folder.ts";
import type { AgentOp } from "./agent.ts";
import { type Machine, machine, pulled } from "./machine.ts";
import { startServer } from "./server.ts";

const io = { info: () => undefined, verbose: () => undefined };

function inputOf({ url, dir }: Pick<Machine, "url" | "dir">, input: Partial<ConfigInput>): ConfigInput {
  return { agents: ["bot"], remoteUrl: url, authToken: undefined, directory: dir, timeoutSeconds: "30", ...input };
}

/** Takes a push back, as the command would on that machine. */
export async function revert(
  on: Pick<Machine, "url" | "dir">,
  what: RevertRequest["what"],
  input: Partial<ConfigInput> = {},
  isDryRun = false,
): Promise<AgentReport> {
  const [agent] = (await runRevert({ what, isDryRun }, inputOf(on, input), io)).agents;
  if (agent === undefined) throw new Error("a report without an agent");
  return agent;
}

/** The history of the remote, the newest push first. */
export async function history(
  on: Pick<Machine, "url" | "dir">,
  path: string | null = null,
  input: Partial<ConfigInput> = {},
  limit = 1000,
): Promise<readonly LogEntry[]> {
  const [agent] = (await runLog({ limit, path }, inputOf(on, input), io)).agents;
  if (agent?.log === undefined) throw new Error(agent?.error?.message ?? "no history");
  return agent.log;
}

/** The bundle that takes back the push with that place. */
export async function undoFile({ dir }: Pick<Machine, "dir">, sequence: number): Promise<string> {
  const found = (await listUndo(agentPaths(dir, "bot"))).find((file) => file.sequence === sequence);
  if (found === undefined) throw new Error(`no undo bundle of push ${sequence}`);
  return found.path;
}

export const write = (path: string, text: string): AgentOp => ({ op: "writeFile", path, text });
export const set = (key: string, value: unknown): AgentOp => ({ op: "kvSet", key, value });

/** Larger than what travels within a commit; so large that an undo bundle has large pages. */
export const LARGE = "0123456789abcdef".repeat(70_000);

export const GOOD = [
  write("/notes/rules.md", "be kind\n"),
  write("/notes/old.md", "old\n"),
  write("/large", LARGE),
  set("goal", "help"),
];
const POISON = [
  write("/notes/rules.md", "be evil\n"),
  write("/evil/plan.md", "plan\n"),
  write("/large", `${LARGE}evil`),
  { op: "unlink", path: "/notes/old.md" },
  set("goal", "harm"),
  { op: "toolStart", name: "shell" },
] as const satisfies readonly AgentOp[];

/** A machine that has pushed a good run and then a poisoned one. */
export async function poisoned(...later: readonly AgentOp[]) {
  const { url } = await startServer();
  const m = await machine(url);
  await m.ok("pull");
  await m.write(...GOOD);
  await m.ok("push");
  const before = await pulled(url);
  await m.write(...POISON);
  await m.ok("push");
  if (later.length > 0) {
    await m.write(...later);
    await m.ok("push");
  }
  return { url, m, before };
}
