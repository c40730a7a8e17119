import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { AgentTarget, RunConfig } from "../config/types.ts";
import { toSyncError } from "../errors.ts";
import { agentPaths } from "../replica/paths.ts";
import type { SyncIo } from "../sync/context.ts";
import { listUndo } from "../undo/folder.ts";
import { entryIn, refuseLink } from "./cache-folder.ts";
import { openUndo, sealUndo } from "./sealed-undo.ts";

/*
 * The newest undo bundles, sealed one by one beside the base: a later job takes a push back that another machine made. The folder of the
 * agent is bounded by bytes; the number bounds what a pull opens.
 */

const MOST_ENTRIES = 64;

/** Takes the bundles that the agent's folder lacks. An entry that is wrong costs one line. */
export async function openUndosFromFolder(config: RunConfig, target: AgentTarget, io: SyncIo): Promise<void> {
  const { cache, directory, undoLimitBytes } = config;
  if (cache === null || cache.secret === null || undoLimitBytes === 0) return;
  const options = { directory, target, secret: cache.secret };
  const failed = (thrown: unknown) =>
    io.info(`${target.agent}: an undo bundle in the cache is of no use: ${toSyncError(thrown).message}`);
  try {
    if (!(await refuseLink(cache.directory))) return;
    const here = new Set(
      (await listUndo(agentPaths(directory, target.agent))).map(({ sequence, pushId }) => `${sequence}-${pushId}`),
    );
    const found = (await entriesIn(cache.directory, config, target)).filter(({ isWhole, id }) => isWhole && !here.has(id));
    for (const { name, sequence } of found.sort((a, b) => b.sequence - a.sequence).slice(0, MOST_ENTRIES)) {
      try {
        const file = await entryIn(cache.directory, name, undoLimitBytes * LARGER_SEALED);
        if (file !== null) await openUndo(file, sequence, options);
      } catch (thrown) {
        failed(thrown);
      }
    }
  } catch (thrown) {
    failed(thrown);
  }
}

/** Leaves the newest ones there for later runs, and no others. Failing is worth a line, and no more. */
export async function saveUndosToFolder(config: RunConfig, target: AgentTarget, io: SyncIo): Promise<void> {
  const { cache, directory } = config;
  if (cache === null || cache.secret === null) return;
  const options = { directory, target, secret: cache.secret };
  try {
    await mkdir(cache.directory, { recursive: true });
    await refuseLink(cache.directory);
    const files = (await listUndo(agentPaths(directory, target.agent))).slice(-MOST_ENTRIES);
    const wanted = new Map(files.map((file) => [`${prefixOf(config, target)}${file.sequence}-${file.pushId}.undo`, file]));
    const there = await entriesIn(cache.directory, config, target);
    for (const { name } of there) {
      if (!wanted.has(name)) await rm(join(cache.directory, name), { recursive: true, force: true });
      wanted.delete(name);
    }
    for (const [name, file] of wanted) await sealUndo(file, join(cache.directory, name), options);
  } catch (thrown) {
    io.info(`${target.agent}: the undo bundle of this push was not put into the cache: ${toSyncError(thrown).message}`);
  }
}

/** A bundle is bounded before it is deflated and sealed, which add little. */
const LARGER_SEALED = 2;

/** What a run that may only read has left is nothing that a trusted one goes on from. */
const prefixOf = ({ trust }: RunConfig, { agent }: AgentTarget) => `${agent}.${trust}.`;

interface Entry {
  readonly name: string;
  readonly sequence: number;
  /** `<sequence>-<push id>` */
  readonly id: string;
  /** False: what a run that was killed has half written. */
  readonly isWhole: boolean;
}

async function entriesIn(folder: string, config: RunConfig, target: AgentTarget): Promise<readonly Entry[]> {
  const prefix = prefixOf(config, target);
  return (await readdir(folder)).flatMap((name): Entry | readonly [] => {
    if (!name.startsWith(prefix)) return [];
    const [, id, sequence, rest] = /^((\d{1,15})-[0-9a-f-]{36})\.undo(.*)$/.exec(name.slice(prefix.length)) ?? [];
    return id === undefined ? [] : { name, sequence: Number(sequence), id, isWhole: rest === "" };
  });
}
