import { SyncError } from "@agentfs-sync/core";
import { COMPLETION_SHELLS, type CompletionShell } from "../commands.ts";
import type { Context } from "../context.ts";
import { bashCompletion } from "./bash.ts";
import { fishCompletion } from "./fish.ts";
import { zshCompletion } from "./zsh.ts";

const SCRIPTS: Readonly<Record<CompletionShell, () => string>> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
};

/** `completion bash|zsh|fish`: prints what the shell is to read. @throws SyncError `usage` */
export async function completion({ invocation, printer }: Context): Promise<number> {
  const [word] = invocation.args;
  const shell = COMPLETION_SHELLS.find((name) => name === word);
  if (shell === undefined) {
    const what = word === undefined ? "no shell is named" : `there is no completion for "${word}"`;
    throw new SyncError("usage", `\`completion\`: ${what}; it is one of ${COMPLETION_SHELLS.join(", ")}.`, {
      hint: "`agentfs-sync completion --help` shows where each shell reads it.",
    });
  }
  printer.text(SCRIPTS[shell]());
  return 0;
}
