import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runPreloaded } from "../../bench/measure.ts";
import { startWire, type Upstreams, type Wire } from "../../bench/wire.ts";
import type { RecordedRequest } from "../parts/proxy.ts";
import { traffic } from "../parts/traffic.ts";
import type { Counted } from "./counts.ts";

const PRELOAD = new URL("count-preload.mjs", import.meta.url).href;

/** What the preloaded program says. */
interface Report {
  readonly opened: readonly string[];
  readonly readBytes: number;
  readonly writtenBytes: number;
  readonly statements: number;
  readonly rowsHeld: number;
  readonly trips: number;
}

/** A way to the real servers on which commands are counted, one at a time. */
export interface CountingWire {
  readonly wire: Wire;
  /** Runs a command to its end. @throws if it failed */
  count(args: readonly string[], dir: string): Promise<Counted>;
}

export async function startCounting(upstreams: Upstreams): Promise<CountingWire> {
  const kinds = traffic();
  let sqlSent = 0;
  const wire = await startWire(upstreams, 0, (request) => {
    void kinds.fault(request);
    sqlSent += statementsOf(request);
  });
  return {
    wire,
    count: async (args, dir) => {
      kinds.kinds.length = 0;
      sqlSent = 0;
      const { report, requests, sentBytes, receivedBytes } = await runPreloaded(PRELOAD, wire, args, dir);
      const { trips, opened, readBytes, writtenBytes, statements, rowsHeld } = JSON.parse(report) as Report;
      const counts = {
        ...{ requests, roundTrips: trips, sqlSent, sentBytes, receivedBytes },
        filesOpened: opened.length,
        // What came and went over the wire was read and written too.
        readBytes: readBytes - receivedBytes,
        writtenBytes: writtenBytes - sentBytes,
        ...{ sqlRun: statements, rowsHeld },
      };
      const databaseBytes = await basesIn(dir);
      return { counts, databaseBytes, requests: [...kinds.kinds], opened: opened.map((path) => shortened(path, dir)) };
    },
  };
}

interface Pipeline {
  readonly requests: readonly { readonly type: string; readonly batch?: { readonly steps: readonly unknown[] } }[];
}

function statementsOf({ path, body }: RecordedRequest): number {
  if (path !== "/v2/pipeline") return 0;
  const { requests } = JSON.parse(body.toString("utf8")) as Pipeline;
  return requests.reduce((sum, { batch }) => sum + (batch === undefined ? 1 : batch.steps.length), 0);
}

/** Sizes of the files that hold most of each base. */
async function basesIn(dir: string): Promise<number> {
  const files = await readdir(join(dir, ".agentfs", ".sync"), { recursive: true, withFileTypes: true });
  const bases = files.filter(({ name }) => /^base-.*\.db(\.main)?$/.test(name));
  const sizes = bases.map(async ({ name, parentPath }) => (await stat(join(parentPath, name))).size);
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

const UUID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

function shortened(path: string, dir: string): string {
  const plain = path.startsWith("file:") ? fileURLToPath(new URL(path)) : path;
  return plain
    .replace(`${dir}/.agentfs/`, "")
    .replace(/undo-\w{6}/, "undo-…")
    .replaceAll(UUID, "…");
}
