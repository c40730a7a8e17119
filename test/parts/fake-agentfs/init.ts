import { existsSync, mkdirSync, readdirSync, rmSync, writeSync } from "node:fs";
import { parseArgs } from "node:util";
import { AgentFS } from "agentfs-sdk";
import { databasePath, openReplica, saveConfiguration } from "./replica.ts";
import { Ended } from "./says.ts";

const OPTIONS = {
  force: { type: "boolean" },
  "sync-remote-url": { type: "string" },
  "sync-partial-prefetch": { type: "string" },
  "sync-partial-segment-size": { type: "string" },
  "sync-partial-bootstrap-length": { type: "string" },
  "sync-partial-bootstrap-query": { type: "string" },
} as const;

/** `agentfs init <id> [options]` */
export async function init(argv: readonly string[]): Promise<void> {
  const { id, options } = parse(argv);
  if (!/^[A-Za-z0-9_-]+$/.test(id)) {
    throw Ended.failed(
      `Invalid agent ID '${id}'. Agent IDs must contain only alphanumeric characters, hyphens, and underscores.`,
    );
  }
  const path = databasePath(id);
  if (options.force === true) removeAllThatStartWith(id);
  else if (existsSync(path)) throw Ended.failed(`Agent '${id}' already exists at '${path}'. Use --force to overwrite.`);
  mkdirSync(".agentfs", { recursive: true });
  const remoteUrl = options["sync-remote-url"];
  if (remoteUrl === undefined) await (await AgentFS.open({ path })).close();
  else await initReplica(path, configurationOf(remoteUrl, options));
  writeSync(2, `Created agent filesystem: ${path}\nAgent ID: ${id}\n`);
}

function parse(argv: readonly string[]) {
  const [last = ""] = argv.slice(-1);
  if (Object.hasOwn(OPTIONS, last.slice(2)) && last !== "--force") {
    const name = last.slice(2).replaceAll("-", "_").toUpperCase();
    const values = last === "--sync-partial-prefetch" ? "\n  [possible values: true, false]" : "";
    throw Ended.usage(
      `error: a value is required for '${last} <${name}>' but none was supplied${values}\n\nFor more information, try '--help'.\n`,
    );
  }
  const { values, positionals } = parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true });
  return { id: positionals[0] ?? "", options: values };
}

/** As the real one does it: the names of other agents may start alike. */
function removeAllThatStartWith(id: string): void {
  if (!existsSync(".agentfs")) return;
  for (const name of readdirSync(".agentfs")) if (name.startsWith(id)) rmSync(`.agentfs/${name}`, { recursive: true });
}

/** Only remembered: the engine's library for Node takes no partial replica that has to fetch what it lacks. */
function configurationOf(remoteUrl: string, options: ReturnType<typeof parse>["options"]) {
  const prefetch = options["sync-partial-prefetch"];
  const segmentSize = options["sync-partial-segment-size"];
  return {
    remote_url: remoteUrl,
    partial_sync_prefetch: prefetch === undefined ? null : prefetch === "true",
    partial_sync_segment_size: segmentSize === undefined ? null : Number(segmentSize),
  };
}

async function initReplica(path: string, configuration: ReturnType<typeof configurationOf>): Promise<void> {
  try {
    const replica = await openReplica(path, configuration.remote_url);
    await AgentFS.openWith(replica);
    await replica.close();
    saveConfiguration(path, configuration);
  } catch {
    // The real one says no more either, and leaves nothing.
    for (const suffix of ["", "-wal", "-info", "-changes", "-wal-revert"]) rmSync(path + suffix, { force: true });
    throw Ended.failed("Failed to initialize database");
  }
}
