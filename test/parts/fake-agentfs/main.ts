/**
 * A stand-in for the real `agentfs` 0.6.4, which is on no registry: the same grammar, words, exit codes and files, as far as they were
 * recorded (test/fixtures/agentfs-transcripts.json), over the engine that the real one is built on. Faults by FAKE_AGENTFS.
 */
import { writeSync } from "node:fs";
import { showTimeline, useFiles } from "./files.ts";
import { init } from "./init.ts";
import { misbehave, version } from "./mischief.ts";
import { Ended } from "./says.ts";
import { sync } from "./sync.ts";

const COMMANDS: Readonly<Record<string, (argv: readonly string[]) => Promise<void>>> = {
  "--version": async () => void writeSync(1, `agentfs v${version()}\n`),
  init,
  sync,
  fs: useFiles,
  timeline: showTimeline,
};

async function main([name = "", ...argv]: readonly string[]): Promise<number> {
  const command = COMMANDS[name];
  try {
    await misbehave([name, ...argv]);
    if (command === undefined)
      throw Ended.usage(`error: unrecognized subcommand '${name}'\n\nFor more information, try '--help'.\n`);
    await command(argv);
    return 0;
  } catch (ended) {
    if (!(ended instanceof Ended)) throw ended;
    writeSync(2, ended.message);
    return ended.exitCode;
  }
}

// The engine keeps the process alive by itself.
process.exit(await main(process.argv.slice(2)));
