import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { SyncError } from "@agentfs-sync/core";

const TRIES = 3;
const PAUSE_MS = 1_000;
const LONGEST_MS = 120_000;

/** One file of a release, whole. @throws SyncError `agentfs-missing` (no such file), `remote-unreachable` (after three tries) */
async function download(url: string, stop: AbortSignal): Promise<Buffer> {
  let why = "";
  for (let tried = 0; tried < TRIES; tried++) {
    if (tried > 0) await sleep(PAUSE_MS * tried, undefined, { signal: stop });
    try {
      const response = await fetch(url, { signal: AbortSignal.any([stop, AbortSignal.timeout(LONGEST_MS)]) });
      if (response.ok) return Buffer.from(await response.arrayBuffer());
      why = `it answers ${response.status}`;
      if (response.status === 404) throw new SyncError("agentfs-missing", `There is no ${url}.`, { hint: VERSION_HINT });
    } catch (thrown) {
      if (thrown instanceof SyncError || stop.aborted) throw thrown;
      why = thrown instanceof Error ? thrown.message : String(thrown);
    }
  }
  throw new SyncError("remote-unreachable", `${url} cannot be downloaded: ${why}.`);
}

const VERSION_HINT = "Check the input agentfs-version against https://github.com/tursodatabase/agentfs/releases.";

/**
 * Downloads an archive into a file and makes sure that it is the one that is meant.
 * @param sha256 in hex; null: as the file beside it says, which tells of a broken download and not of a broken release
 * @returns the sum. @throws SyncError `agentfs-failed` for another one
 */
export async function downloadChecked(url: string, file: string, sha256: string | null, stop: AbortSignal): Promise<string> {
  const [archive, expected] = await Promise.all([download(url, stop), sha256 ?? publishedSum(url, stop)]);
  const actual = createHash("sha256").update(archive).digest("hex");
  if (actual !== expected) {
    throw new SyncError("agentfs-failed", `${url} has the SHA-256 ${actual}, and not ${expected}: it was not installed.`, {
      hint: "If agentfs-sha256 is given, it must be that of this machine's archive; otherwise the download was changed on its way.",
    });
  }
  await writeFile(file, archive, { flag: "wx" });
  return actual;
}

async function publishedSum(url: string, stop: AbortSignal): Promise<string> {
  const text = (await download(`${url}.sha256`, stop)).toString("utf8");
  const sum = /^[0-9a-f]{64}\b/i.exec(text.trim())?.[0];
  if (sum === undefined) throw new SyncError("agentfs-failed", `${url}.sha256 holds no SHA-256.`);
  return sum.toLowerCase();
}
