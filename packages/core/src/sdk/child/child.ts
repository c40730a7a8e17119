/**
 * The child process of a `SyncManager`: all that touches the working copy happens here. `agentfs-sdk` in the parent holds its locks by
 * open files, which any close of the same file there would drop.
 */
import type { FromChild, Task, ToChild } from "./messages.ts";
import { perform } from "./perform.ts";
import { plainError } from "./plain-error.ts";

const abort = new AbortController();
// The parent is gone: nobody is left to be told how it ends.
process.once("disconnect", () => abort.abort());
// An interrupt of the terminal reaches us as well; the parent decides what it means.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => undefined);

process.on("message", (message: ToChild) => {
  if (message.type === "abort") abort.abort();
  else void work(message.task);
});

async function work(task: Task): Promise<void> {
  const meter = { sentBytes: 0, receivedBytes: 0, requests: 0 };
  const io = {
    info: (line: string) => send({ type: "line", line, isNotable: true }),
    verbose: (line: string) => send({ type: "line", line, isNotable: false }),
    progress: (progress: (FromChild & { readonly type: "progress" })["progress"]) => send({ type: "progress", progress }),
    meter,
    holdsWorkingCopy: task.options.isOpenHere === true,
    signal: abort.signal,
  };
  let last: FromChild;
  try {
    last = { type: "done", value: await perform(task, io), traffic: meter };
  } catch (thrown) {
    last = { type: "failed", error: plainError(thrown, task.config.authToken), traffic: meter };
  }
  process.send?.(last, () => process.exit(0));
}

function send(message: FromChild): void {
  // A parent that is gone is noticed by `disconnect`.
  if (process.connected) process.send?.(message);
}
