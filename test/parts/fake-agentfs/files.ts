import { writeSync } from "node:fs";
import { existing, withAgent } from "./replica.ts";
import { Ended } from "./says.ts";

/** `agentfs fs <id or path> ls [path] | cat <path> | write <path> <content>` */
export async function useFiles([id = "", operation = "", path = "/", content = ""]: readonly string[]): Promise<void> {
  const database = existing(id);
  if (operation === "ls") writeSync(2, `Using agent: ${id}\n`);
  await withAgent(database, async ({ fs }) => {
    switch (operation) {
      case "ls":
        for (const name of await fs.readdir(path)) {
          const isDirectory = (await fs.stat(`${path === "/" ? "" : path}/${name}`)).isDirectory();
          writeSync(1, `${isDirectory ? "d" : "f"} ${name}\n`);
        }
        return;
      case "cat":
        writeSync(1, await fs.readFile(path).catch(() => Promise.reject(Ended.failed(`File not found: ${path}`))));
        return;
      case "write":
        return fs.writeFile(path, content);
      default:
        throw Ended.usage(`error: unrecognized subcommand '${operation}'\n\nFor more information, try '--help'.\n`);
    }
  });
}

/** `agentfs timeline <id> --format json` */
export async function showTimeline([id = ""]: readonly string[]): Promise<void> {
  const calls = await withAgent(existing(id), ({ tools }) => tools.getRecent(0));
  writeSync(1, `${JSON.stringify(calls)}\n`);
}
