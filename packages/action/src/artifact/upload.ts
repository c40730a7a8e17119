import { fork } from "node:child_process";
import { join } from "node:path";
import { handedOn } from "../handed-on.ts";

/** Files to be one artifact, under their names below the folder. */
export interface Upload {
  readonly name: string;
  readonly folder: string;
  readonly files: readonly string[];
}

/** `id` is the artifact's number in the repository. */
export type Uploaded = { readonly ok: true; readonly id: number } | { readonly ok: false; readonly why: string };

const LONGEST_MS = 180_000;

/** Uploads an artifact by a process of its own (see worker.ts). Never throws: an artifact is a help, no more. @param stop ends it */
export async function uploadArtifact(upload: Upload, env: NodeJS.ProcessEnv, stop: AbortSignal): Promise<Uploaded> {
  if (stop.aborted) return { ok: false, why: "the step was stopped" };
  const child = fork(join(import.meta.dirname, "artifact.js"), [], {
    cwd: upload.folder,
    env: handedOn(env),
    stdio: ["ignore", "ignore", "pipe", "ipc"],
    execArgv: [],
    timeout: LONGEST_MS,
    killSignal: "SIGKILL",
  });
  const kill = () => child.kill("SIGKILL");
  stop.addEventListener("abort", kill, { once: true });
  const { promise, resolve } = Promise.withResolvers<Uploaded>();
  let said = "";
  child.stderr?.on("data", (text) => {
    said = String(text).trim().split("\n").at(-1) || said;
  });
  child.once("message", (result: Uploaded) => resolve(result));
  child.once("error", (error) => resolve({ ok: false, why: error.message }));
  child.once("close", () => resolve({ ok: false, why: stop.aborted ? "the step was stopped" : said || "it gave no answer" }));
  child.send(upload, () => undefined);
  return promise.finally(() => stop.removeEventListener("abort", kill));
}
