import type { AgentOp } from "./agent.ts";

/** Writes a text file. */
export const text = (path: string, content: string): AgentOp => ({ op: "writeFile", path, text: content });

/** A tool call that began and ended at fixed seconds. */
export const call = (name: string): AgentOp => ({ op: "toolRecord", name, startedAt: 1, completedAt: 2 });
