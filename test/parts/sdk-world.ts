import { type SyncConfigInput, SyncError, SyncManager, type SyncManagerOptions } from "../../packages/core/src/index.ts";
import { type AgentListing, type AgentOp, listAgent, runAgent } from "./agent.ts";
import { type Fault, startProxy, type TestProxy } from "./proxy.ts";
import { COMPILED_ONCE } from "./run-child.ts";
import { startServer } from "./server.ts";
import { makeTempDir } from "./temp.ts";

// Each operation starts a process on our TypeScript: what Node made of it is kept from one to the next.
Object.assign(process.env, COMPILED_ONCE);

export const TOKEN = "right-token";

/** A real server behind a proxy that asks for a token, and machines that sync with it by the SDK. */
export interface SdkWorld {
  readonly proxy: TestProxy;
  readonly remoteUrl: string;
  /** The server itself, where nobody asks for a token. */
  readonly serverUrl: string;
  setFault(fault: Fault | undefined): void;
  /** Resolves when the next request is there that has the token. */
  nextRequest(): Promise<void>;
  machine(input?: Partial<SyncConfigInput>, options?: SyncManagerOptions): Promise<SdkMachine>;
}

export interface SdkMachine {
  readonly directory: string;
  readonly manager: SyncManager;
  /** An agent program, with the real SDK in a process of its own. */
  write(...ops: AgentOp[]): Promise<unknown[]>;
  list(): Promise<AgentListing>;
}

export async function sdkWorld(): Promise<SdkWorld> {
  let current: Fault | undefined;
  let next = Promise.withResolvers<void>();
  const { url: serverUrl } = await startServer();
  const fault = () => {
    next.resolve();
    next = Promise.withResolvers<void>();
    return current;
  };
  const proxy = await startProxy({ upstream: serverUrl, token: TOKEN, fault });
  return {
    proxy,
    remoteUrl: proxy.url,
    serverUrl,
    nextRequest: () => next.promise,
    setFault: (fault) => {
      current = fault;
    },
    machine: async (input = {}, options = {}) => {
      const directory = input.directory ?? (await makeTempDir());
      const config = { agent: "bot", remoteUrl: proxy.url, authToken: TOKEN, timeoutMs: 60_000, directory, ...input };
      const manager = new SyncManager(config, options);
      return {
        directory,
        manager,
        write: (...ops) => runAgent(manager.databasePath, ops),
        list: () => listAgent(manager.databasePath),
      };
    },
  };
}

/** The SyncError that a call fails with; anything else is thrown on. */
export async function failureOf(call: () => Promise<unknown>): Promise<SyncError> {
  const thrown: unknown = await call().then(
    (value) => new Error(`It did not fail, but gave ${JSON.stringify(value)}`),
    (error: unknown) => error,
  );
  if (thrown instanceof SyncError) return thrown;
  throw thrown;
}

export const file = (path: string, text: string): AgentOp => ({ op: "writeFile", path, text });
