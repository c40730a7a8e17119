import { join } from "node:path";
import { type AgentReport, type ConfigInput, type RescueRequest, runRescue } from "../../packages/core/src/index.ts";
import { makeTempDir } from "./temp.ts";

/** What is said of one agent by `rescue`, as the command would run it in that folder. */
export async function rescue(
  dir: string,
  request: RescueRequest,
  input: Partial<ConfigInput> = {},
  lines: string[] = [],
): Promise<AgentReport> {
  const io = { info: (line: string) => lines.push(line), verbose: () => undefined };
  const config: ConfigInput = {
    agents: [],
    remoteUrl: undefined,
    authToken: undefined,
    directory: dir,
    timeoutSeconds: "30",
    ...input,
  };
  const [agent] = (await runRescue(request, config, io)).agents;
  if (agent === undefined) throw new Error("a report without an agent");
  return agent;
}

/** Exports the only thing that is kept there into a file, which any machine may take. */
export async function exported(dir: string): Promise<string> {
  const file = join(await makeTempDir(), "bot.rescue");
  const { error } = await rescue(dir, { action: "export", file, pushId: null });
  if (error !== null) throw new Error(`${error.code}: ${error.message}`);
  return file;
}

/** Pushes a bundle file on a machine that has nothing of the agent. */
export async function pushElsewhere(file: string, remoteUrl: string, input: Partial<ConfigInput> = {}, lines: string[] = []) {
  return rescue(await makeTempDir(), { action: "push", file }, { remoteUrl, ...input }, lines);
}
