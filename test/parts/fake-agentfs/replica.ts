import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { connect } from "@tursodatabase/sync";
import { AgentFS } from "agentfs-sdk";
import { Ended, engineFailed } from "./says.ts";

export type Replica = Awaited<ReturnType<typeof connect>>;
type OpenAgent = Pick<AgentFS, "fs" | "tools">;

interface Info {
  readonly saved_configuration: Readonly<Record<string, unknown>> & { readonly remote_url: string | null };
}

/** By its id, or by the path of its file. */
export function databasePath(idOrPath: string): string {
  return idOrPath.includes("/") || idOrPath.endsWith(".db") ? idOrPath : `.agentfs/${idOrPath}.db`;
}

/** The path of an agent that is there. */
export function existing(idOrPath: string): string {
  const path = databasePath(idOrPath);
  if (!existsSync(path)) throw Ended.failed(`agent '${idOrPath}' not found at '${path}'`);
  return path;
}

export const isReplica = (path: string): boolean => existsSync(`${path}-info`);

function readInfo(path: string): Info {
  return JSON.parse(readFileSync(`${path}-info`, "utf8")) as Info;
}

/** The engine as a library keeps no address; the program does, and asks for none later. */
export function saveConfiguration(path: string, configuration: Info["saved_configuration"]): void {
  writeFileSync(`${path}-info`, JSON.stringify({ ...readInfo(path), saved_configuration: configuration }));
}

export async function openReplica(path: string, remoteUrl: string): Promise<Replica> {
  const authToken = process.env.TURSO_DB_AUTH_TOKEN;
  return connect({ path, url: remoteUrl, ...(authToken === undefined ? {} : { authToken }) });
}

/** Works on a replica that `init` made. */
export async function withReplica<T>(path: string, work: (replica: Replica) => Promise<T>): Promise<T> {
  const configuration = readInfo(path).saved_configuration;
  const remoteUrl = configuration.remote_url;
  if (remoteUrl === null) throw Ended.failed("sync is not enabled for this database");
  try {
    const replica = await openReplica(path, remoteUrl);
    const done = await work(replica);
    await replica.close();
    return done;
  } catch (thrown) {
    throw thrown instanceof Ended ? thrown : engineFailed(thrown);
  } finally {
    saveConfiguration(path, configuration);
  }
}

/** Works on the files of an agent, replica or not. */
export async function withAgent<T>(path: string, work: (agent: OpenAgent) => Promise<T>): Promise<T> {
  if (isReplica(path)) return withReplica(path, async (replica) => work(await AgentFS.openWith(replica)));
  try {
    const agent = await AgentFS.open({ path });
    const done = await work(agent);
    await agent.close();
    return done;
  } catch (thrown) {
    throw thrown instanceof Ended ? thrown : engineFailed(thrown);
  }
}
