import type { Printer } from "../output/printer.ts";

export interface ServedAgent {
  readonly agent: string;
  readonly remoteUrl: string;
  readonly file: string;
}

/** The one object of `serve --json`, printed when everything answers. */
export interface ServeReport {
  readonly version: 1;
  readonly command: "serve";
  /** For --remote-url; with several agents it holds `{agent}`. */
  readonly remoteUrl: string;
  readonly agents: readonly ServedAgent[];
}

/** Says where the remote is, and a command to paste into another terminal. */
export function announce(printer: Printer, port: number, agents: readonly ServedAgent[], folder: string): void {
  const [only] = agents;
  const remoteUrl = agents.length === 1 && only !== undefined ? only.remoteUrl : `http://127.0.0.1:${port}/{agent}`;
  if (printer.json) printer.object({ version: 1, command: "serve", remoteUrl, agents } satisfies ServeReport);
  const quoted = agents.length === 1 ? remoteUrl : `'${remoteUrl}'`;
  for (const line of [
    `Remote URL: ${remoteUrl}`,
    `Agents: ${agents.map(({ agent }) => agent).join(", ")} (databases in ${folder})`,
    "Try it in another terminal:",
    `  agentfs-sync run --agent ${agents.map(({ agent }) => agent).join(",")} --remote-url ${quoted} -- <command>`,
    "Ctrl-C ends it.",
  ]) {
    printer.result(line);
  }
}
