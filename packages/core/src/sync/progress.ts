import type { AgentContext, Progress } from "./context.ts";

/** Says how far a phase is. @param bytesTotal null where it is not known before the end */
export function progress(
  { io, target }: AgentContext,
  phase: Progress["phase"],
  bytesDone = 0,
  bytesTotal: number | null = null,
): void {
  io.progress?.({ phase, bytesDone, bytesTotal }, target.agent);
}
