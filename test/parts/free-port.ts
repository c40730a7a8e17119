import { once } from "node:events";
import { createServer } from "node:net";

/**
 * Below the ports that the system gives out by itself, so that none of those takes one of ours while a server is down; above the last of
 * those that `fetch` refuses as bad (10080).
 */
const RANGE = { first: 11_000, sizeOfWorker: 1000, workers: 20 };

const worker = Number(process.env["VITEST_POOL_ID"] ?? 0) % RANGE.workers;
const firstPort = RANGE.first + worker * RANGE.sizeOfWorker;
let next = Math.floor(Math.random() * RANGE.sizeOfWorker);

/** A port that nobody listens on now, and that no other worker is given: a server can be stopped and started again on it. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < RANGE.sizeOfWorker; tries++) {
    const port = firstPort + (next++ % RANGE.sizeOfWorker);
    if (await isFree(port)) return port;
  }
  throw new Error(`No free port from ${firstPort} on`);
}

async function isFree(port: number): Promise<boolean> {
  const probe = createServer();
  probe.listen(port, "127.0.0.1");
  try {
    await once(probe, "listening");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EADDRINUSE") return false;
    throw error;
  }
  probe.close();
  await once(probe, "close");
  return true;
}
