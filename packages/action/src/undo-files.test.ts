import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseConfig } from "@agentfs-sync/core";
import { expect, it } from "vitest";
import { openConsole } from "./console.ts";
import { exportUndos } from "./undo-files.ts";

it("a copy of an undo bundle replaces what a job's step has put in its place, and goes through no link", async () => {
  const directory = await mkdtemp(join(tmpdir(), "undo-files-"));
  try {
    const [path, other, copy] = [join(directory, "1.undo"), join(directory, "other"), join(directory, "agentfs-undo/bot-1.undo")];
    await mkdir(join(directory, "agentfs-undo"));
    await writeFile(path, "bundle");
    await writeFile(other, "mine");
    await symlink(other, copy);
    const config = parseConfig({ agents: ["bot"], remoteUrl: "http://127.0.0.1:1", directory });
    const undo = { path, sequence: 1, pushId: "p", sizeBytes: 6, writtenAtMs: 0 };
    await exportUndos(config, "bot", [undo], openConsole({ authToken: null, cacheSecret: null }));
    expect([await readFile(copy, "utf8"), await readFile(other, "utf8")]).toEqual(["bundle", "mine"]);
  } finally {
    await rm(directory, { recursive: true });
  }
});
