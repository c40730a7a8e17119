import { restoreCache, saveCache } from "@actions/cache";
import type { CacheAnswer, CacheRequest, CacheResult } from "./requests.ts";
import { whyNoTar } from "./tar.ts";

/*
 * A process of its own, in an empty folder: `@actions/cache` is large, unpacks what strangers may have packed into the current folder,
 * retries for half a minute when the service is out, and prints what it likes. It looks for the folder in the environment, so that there
 * is one request at a time.
 */

const home = process.cwd();
let turn: Promise<void> = Promise.resolve();
/** The request that is at work, and what the library has complained of since it was begun. */
let current: { readonly id: number; readonly isPatient: boolean; problem: string } | null = null;

process.on("message", ({ id, request }: { readonly id: number; readonly request: CacheRequest }) => {
  turn = turn.then(() => answer(id, request));
});

// The library says on standard output alone that something went wrong: a miss and an outage are the same value.
process.stdout.write = ((text: string | Uint8Array) => {
  for (const line of String(text).split("\n")) listen(line);
  return true;
}) as typeof process.stdout.write;

function listen(line: string): void {
  const said = /^::(?:warning|error)[^:]*::(.*)/.exec(line)?.[1] ?? /Retrying request/.exec(line)?.input;
  if (current === null || said === undefined) return;
  current.problem = said;
  if (current.isPatient || !said.includes("Retrying request")) return;
  const { id } = current;
  current = null;
  send({ id, result: { ok: false, why: said }, isOut: true }, () => process.exit());
}

async function answer(id: number, request: CacheRequest): Promise<void> {
  const { folder, isPatient } = request;
  const mine = { id, isPatient, problem: "" };
  current = mine;
  enter(folder ?? home);
  const result = await perform(request).then(
    (key): CacheResult => (key === null && mine.problem !== "" ? { ok: false, why: mine.problem } : { ok: true, key }),
    (thrown: unknown): CacheResult => ({ ok: false, why: thrown instanceof Error ? thrown.message : String(thrown) }),
  );
  current = null;
  // The folder goes away with the answer.
  enter(home);
  send({ id, result, isOut: false });
}

function enter(folder: string): void {
  process.chdir(folder);
  process.env["GITHUB_WORKSPACE"] = folder;
}

async function perform({ op, file, key, prefixes }: CacheRequest): Promise<string | null> {
  if (op === "check") {
    const why = await whyNoTar();
    if (why !== null) throw new Error(why);
    return null;
  }
  if (op === "save") return (await saveCache([file], key)) === -1 ? null : key;
  return (await restoreCache([file], key, [...prefixes], { lookupOnly: op === "look-up" })) ?? null;
}

function send(message: CacheAnswer, then: () => void = () => undefined): void {
  process.send?.(message, then);
}
