import { createHash } from "node:crypto";
import { copyFile, mkdir, readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { onCleanUp } from "./cleanup.ts";
import { runChild } from "./run-child.ts";
import { makeTempDir } from "./temp.ts";

const TARGET = `${process.arch === "arm64" ? "aarch64" : "x86_64"}-${process.platform === "darwin" ? "apple-darwin" : "unknown-linux-gnu"}`;
export const ARCHIVE = `/v0.6.4/agentfs-${TARGET}.tar.xz`;

/**
 * A release as the project makes them: a folder with the program in a tar.xz, and its sum beside it.
 * @param program the path of what is released
 * @param changes what is answered instead, or a status, by path
 */
export async function startReleases(program: string, changes: Readonly<Record<string, string | number>> = {}) {
  const folder = await makeTempDir();
  await mkdir(join(folder, `agentfs-${TARGET}`));
  await copyFile(program, join(folder, `agentfs-${TARGET}`, "agentfs"));
  const file = join(folder, "archive.tar.xz");
  const { exitCode, stderr } = await runChild("tar", ["-cJf", file, "-C", folder, `agentfs-${TARGET}`]);
  if (exitCode !== 0) throw new Error(stderr);
  const archive = await readFile(file);
  const sum = createHash("sha256").update(archive).digest("hex");
  const asked: string[] = [];
  const files: Readonly<Record<string, Buffer | string | number>> = {
    [ARCHIVE]: archive,
    [`${ARCHIVE}.sha256`]: `${sum} *agentfs-${TARGET}.tar.xz\n`,
    ...changes,
  };
  const server = createServer((request, response) => {
    asked.push(request.url ?? "");
    const found = files[request.url ?? ""] ?? 404;
    if (typeof found === "number") response.writeHead(found).end();
    else response.end(found);
  });
  await new Promise<void>((done) => void server.listen(0, "127.0.0.1", done));
  onCleanUp(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, sum, asked };
}
