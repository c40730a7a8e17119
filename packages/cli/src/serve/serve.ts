import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseConfig, SyncError } from "@agentfs-sync/core";
import type { Context } from "../context.ts";
import { watchInterrupts } from "../interrupts.ts";
import { startWatchdog } from "../watchdog.ts";
import { announce } from "./announce.ts";
import { findTursodb } from "./find-tursodb.ts";
import { startRouter } from "./router.ts";
import { startTursodb, type Tursodb } from "./tursodb.ts";

const FOLDER = ".agentfs-serve";

/** `serve`: one tursodb per agent and a router in front, until a signal comes (exit 0) or a tursodb ends (error). */
export async function serve({ settings, env, printer }: Context): Promise<number> {
  // The URL is only there to have ids and folder checked by the same rules as everywhere.
  const { agents, directory } = parseConfig({ ...settings.config, remoteUrl: "http://127.0.0.1/{agent}" });
  const program = findTursodb(env, process.cwd());
  using interrupts = watchInterrupts();
  const interrupted = new Promise<null>((done) => interrupts.handle(() => done(null)));
  const router = await startRouter(settings.port);
  const running: Tursodb[] = [];
  const watchdog = startWatchdog("at-once");
  try {
    const folder = makeFolder(settings.data === undefined ? join(directory, FOLDER) : resolve(settings.data));
    const served = [];
    for (const { agent } of agents) {
      if (interrupts.first !== null) return 0;
      const file = join(folder, `${agent}.db`);
      const tursodb = await startTursodb(program, agent, file, watchdog);
      running.push(tursodb);
      router.add(agent, tursodb.port);
      served.push({ agent, remoteUrl: `http://127.0.0.1:${router.port}/${agent}`, file });
    }
    announce(printer, router.port, served, folder);
    const ended = await Promise.race([interrupted, ...running.map(endOf)]);
    if (ended === null) return 0;
    // Not thrown: with --json the one object is out already.
    printer.error(ended);
    return ended.exitCode;
  } finally {
    await router.close();
    await Promise.all(running.map((tursodb) => tursodb.stop()));
    watchdog.dismiss();
    if (interrupts.first !== null) printer.note(`${interrupts.first}: stopped; the databases stay`);
  }
}

async function endOf({ agent, ended }: Tursodb): Promise<SyncError> {
  return new SyncError("tursodb-failed", `The tursodb of ${agent} ended by itself: ${await ended}.`);
}

function makeFolder(folder: string): string {
  const isNew = !existsSync(folder);
  mkdirSync(folder, { recursive: true });
  // Usually inside somebody's repository, where its databases have no business.
  if (isNew) writeFileSync(join(folder, ".gitignore"), "*\n");
  return folder;
}
