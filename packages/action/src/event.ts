import { readFile } from "node:fs/promises";

/** What started the workflow. `payload` is null when the runner hands none that can be read. */
export interface CiEvent {
  readonly name: string;
  readonly payload: unknown;
}

/** Reads GITHUB_EVENT_NAME and the file at GITHUB_EVENT_PATH. A payload that cannot be read makes no run fail: trust does. */
export async function readEvent(env: NodeJS.ProcessEnv): Promise<CiEvent> {
  const name = env.GITHUB_EVENT_NAME ?? "";
  try {
    return { name, payload: JSON.parse(await readFile(env.GITHUB_EVENT_PATH ?? "", "utf8")) };
  } catch {
    return { name, payload: null };
  }
}
