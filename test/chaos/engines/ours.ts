import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { nodePath } from "../../parts/programs.ts";
import { AGENT, startCommand, startProgram } from "../jobs/command.ts";
import { finish, saysPushed } from "../jobs/finish.ts";
import type { Engine } from "./engine.ts";

const WRITER = fileURLToPath(new URL("../writer/writer-child.ts", import.meta.url));

/** The built `agentfs-sync` command; the writers know nothing of it. */
export const ours: Engine = {
  name: "http",
  workingCopy: (dir) => join(dir, ".agentfs", `${AGENT}.db`),
  command: ({ name, flags, url, token, timeoutSeconds, undoDirectory, writerTask }, options) => {
    const all = ["--agent", AGENT, "--remote-url", url, "--timeout-seconds", String(timeoutSeconds), "--json", ...flags];
    const child = writerTask === null ? [] : ["--", nodePath(), WRITER, writerTask];
    const undo = undoDirectory === null ? {} : { AGENTFS_SYNC_UNDO_DIR: undoDirectory };
    return startCommand([name, ...all, ...child], { ...options, env: { ...options.env, ...undo, TURSO_DB_AUTH_TOKEN: token } });
  },
  writer: (writerTask, _, options) => startProgram([WRITER, writerTask], options, () => null),
  saysPushed,
  isUnexpected: ({ report, exitCode, hung, stderr }) => {
    if (hung) return false;
    const code = report?.error?.code;
    const isCrash = exitCode !== null && exitCode !== 0 && report === null && stderr.includes("    at ");
    return code === "internal" || code === "commit-refused" || isCrash;
  },
  finish,
};
