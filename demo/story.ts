import { COMMAND, Machine, plainEnvironment } from "./machine.ts";
import { start } from "./processes.ts";
import { faultsOf } from "./writes.ts";

const URL_OF_A_REMOTE = /http:\/\/127\.0\.0\.1:\d+[^\s"]*/;

/** Five machines and one agent. Returns what is not as it should be at the end: nothing, if no write was lost. */
export async function tellStory(folder: string): Promise<readonly string[]> {
  chapter("A remote on this machine: the real sync server, as `agentfs-sync serve` starts it");
  const server = start(process.execPath, [COMMAND, "serve", "--agent", "my-agent"], {
    name: "The server",
    cwd: folder,
    env: plainEnvironment(folder),
    say: sayUntil(URL_OF_A_REMOTE),
  });
  const [remoteUrl = ""] = URL_OF_A_REMOTE.exec(await server.line(URL_OF_A_REMOTE)) ?? [];
  const machine = (name: string) => Machine.fresh(name, folder, remoteUrl);

  chapter("Machine A: the first job of a new agent");
  const a = await machine("A");
  await a.run("research.mjs").done;

  chapter("Machine B: a fresh machine goes on where A stopped");
  const b = await machine("B");
  await b.run("continue.mjs").done;

  chapter("Machines C and D: two jobs at the same time, from the same base");
  const [c, d] = [await machine("C"), await machine("D")];
  const parts = [c.run("work.mjs", "checkout"), d.run("work.mjs", "calendar")];
  await Promise.all(parts.map((part) => part.line(/waits for the other job/)));
  for (const part of parts) part.child.stdin.end("go\n");
  await Promise.all(parts.map((part) => part.done));

  chapter("Machine E: a fresh machine lists what there is");
  const e = await machine("E");
  await e.run("list.mjs").done;

  const jobs = [a, b, c, d].map(async (job) => ({ machine: job.name, writes: await job.notes() }));
  return faultsOf(await Promise.all(jobs), await e.notes());
}

/** Shows the lines up to the first that matches, and after it only those that tell of an error. */
function sayUntil(pattern: RegExp): (line: string) => void {
  let isOver = false;
  return (line) => {
    if (!isOver || /error|hint/.test(line)) console.log(`    | ${line}`);
    isOver ||= pattern.test(line);
  };
}

function chapter(title: string): void {
  console.log(`\n${title}`);
}
