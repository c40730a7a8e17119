/** The child process of `engine.ts`: reads `{ command, input }` as JSON, runs the engine, writes its report to standard output. */
import { writeFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { type ConfigInput, parseConfig, type RescueRequest, runRescue, runSync } from "@agentfs-sync/core";

interface Task {
  readonly command: Parameters<typeof runSync>[0] | RescueRequest;
  readonly input: ConfigInput;
}

const { command, input } = JSON.parse(await text(process.stdin)) as Task;
const io = { info: () => undefined, verbose: () => undefined };
const report = typeof command === "string" ? await runSync(command, parseConfig(input), io) : await runRescue(command, input, io);
writeFileSync(1, JSON.stringify(report));
