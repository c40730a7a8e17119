import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runNative } from "../test/parts/native.ts";
import { AGENT, type Contender } from "./contenders.ts";
import { measureProgram } from "./measure.ts";

/** The real `agentfs`, which is on no registry: a third one in every line, if AGENTFS_BINARY names it. */
export const agentfsProgram = (binary: string): Contender => ({
  name: "agentfs",
  pull: async (wire, dir, first) => {
    await mkdir(dir, { recursive: true });
    const init = ["init", AGENT, "--sync-remote-url", wire.url];
    return measureProgram(wire, [binary, ...(first ? init : ["sync", AGENT, "pull"])], dir);
  },
  work: async (wire, dir, writes) => {
    const path = join(dir, ".agentfs", `${AGENT}.db`);
    const before = await readInfo(path);
    const ops = writes.map(([sql, list]) => ({ op: "sql", sql, args: [list] }) as const);
    await runNative(dir, wire.url, ops, { path });
    // The engine as a library keeps no address; the program asks for none later.
    await writeInfo(path, { ...(await readInfo(path)), saved_configuration: before["saved_configuration"] });
  },
  push: (wire, dir) => measureProgram(wire, [binary, "sync", AGENT, "push"], dir),
});

const readInfo = async (path: string) => JSON.parse(await readFile(`${path}-info`, "utf8")) as Readonly<Record<string, unknown>>;
const writeInfo = (path: string, info: Readonly<Record<string, unknown>>) => writeFile(`${path}-info`, JSON.stringify(info));
