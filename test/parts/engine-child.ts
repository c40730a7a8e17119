/** The child process of `engine.ts`: reads `{ command, input }` as JSON, runs the engine, writes its report to standard output. */
import { writeFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { type ConfigInput, parseConfig, runSync } from "../../packages/core/src/index.ts";

interface Task {
  readonly command: Parameters<typeof runSync>[0];
  readonly input: ConfigInput;
}

const { command, input } = JSON.parse(await text(process.stdin)) as Task;
const report = await runSync(command, parseConfig(input), { info: () => undefined, verbose: () => undefined });
writeFileSync(1, JSON.stringify(report));
