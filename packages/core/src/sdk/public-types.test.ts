import { describe, expectTypeOf, test } from "vitest";
import {
  AgentFSCLI,
  type AutoSyncDone,
  type AutoSyncSession,
  autoSync,
  type ChangeCounts,
  type CommandResult,
  type CommandRunner,
  type ErrorCode,
  type ExitCode,
  type NativeStats,
  type Operation,
  type PullResult,
  type PushResult,
  type SyncConfigInput,
  type SyncError,
  type SyncManager,
  type SyncResult,
  type SyncStats,
} from "../index.ts";

/** Held by the compiler: `npm test -- types` fails where one of these does not. */
describe("the public types", () => {
  test("a manager's operations give results, not booleans", () => {
    expectTypeOf<SyncManager["pull"]>().returns.resolves.toEqualTypeOf<PullResult>();
    expectTypeOf<SyncManager["push"]>().returns.resolves.toEqualTypeOf<PushResult>();
    expectTypeOf<SyncManager["sync"]>().returns.resolves.toEqualTypeOf<SyncResult>();
    expectTypeOf<SyncManager["stats"]>().returns.resolves.toEqualTypeOf<SyncStats>();
    expectTypeOf<SyncManager>().toExtend<AsyncDisposable>();
  });

  test("outcomes are closed unions", () => {
    expectTypeOf<PullResult["outcome"]>().toEqualTypeOf<"pulled" | "unchanged" | "new" | "skipped">();
    expectTypeOf<PushResult["outcome"]>().toEqualTypeOf<"pushed" | "pushed-unverified" | "unchanged" | "skipped">();
    expectTypeOf<SyncResult["pull"]["outcome"]>().toEqualTypeOf<PullResult["outcome"] | "held-back">();
    expectTypeOf<PushResult["changes"]>().toEqualTypeOf<ChangeCounts | null>();
  });

  test("times are dates, and what may not be known is null", () => {
    expectTypeOf<SyncStats["lastPullAt"]>().toEqualTypeOf<Date | null>();
    expectTypeOf<SyncStats["bytesSent"]>().toEqualTypeOf<number | null>();
    expectTypeOf<SyncStats["revision"]>().toEqualTypeOf<string | null>();
  });

  test("results and configurations cannot be changed", () => {
    expectTypeOf<PullResult>().toEqualTypeOf<Readonly<PullResult>>();
    expectTypeOf<SyncStats>().toEqualTypeOf<Readonly<SyncStats>>();
    expectTypeOf<SyncConfigInput>().toEqualTypeOf<Readonly<SyncConfigInput>>();
    expectTypeOf<CommandResult>().toEqualTypeOf<Readonly<CommandResult>>();
  });

  test("autoSync gives a session without a callback, and the callback's value with one", () => {
    const input = { agent: "bot", remoteUrl: "https://host" };
    const session = () => autoSync(input);
    const done = () => autoSync(input, async (manager) => (await manager.pull()).revision);
    expectTypeOf(session).returns.resolves.toEqualTypeOf<AutoSyncSession>();
    expectTypeOf(done).returns.resolves.toEqualTypeOf<AutoSyncDone<string | null>>();
  });

  test("an error has its code from a closed set, and its place", () => {
    expectTypeOf<SyncError["code"]>().toEqualTypeOf<ErrorCode>();
    expectTypeOf<SyncError["exitCode"]>().toEqualTypeOf<ExitCode>();
    expectTypeOf<SyncError["operation"]>().toEqualTypeOf<Operation | null>();
    expectTypeOf<SyncError["retryable"]>().toEqualTypeOf<boolean>();
    expectTypeOf<"conflict">().toExtend<ErrorCode>();
    expectTypeOf<"no-such-code">().not.toExtend<ErrorCode>();
  });

  test("a misspelt or wrong option does not compile", () => {
    // @ts-expect-error: it is remoteUrl
    expectTypeOf<SyncConfigInput>().toHaveProperty("remoteURL");
    expectTypeOf<{ agent: string; engine: "magic" }>().not.toExtend<SyncConfigInput>();
    expectTypeOf<{ agent: string; timeoutMs: string }>().not.toExtend<SyncConfigInput>();
    expectTypeOf<{ agent: string; authToken: undefined }>().toExtend<SyncConfigInput>();
  });

  test("the wrapper of the program gives what the program said, typed", () => {
    expectTypeOf<AgentFSCLI["syncPull"]>().returns.resolves.toEqualTypeOf<CommandResult>();
    expectTypeOf<AgentFSCLI["syncStats"]>().returns.resolves.toHaveProperty("stats").toEqualTypeOf<NativeStats>();
    expectTypeOf<AgentFSCLI["fs"]["cat"]>().returns.resolves.toHaveProperty("content").toEqualTypeOf<Uint8Array>();
    expectTypeOf<ConstructorParameters<typeof AgentFSCLI>[0]>().toExtend<
      { readonly runner?: CommandRunner | undefined } | undefined
    >();
    expectTypeOf(new AgentFSCLI({ binary: "agentfs" })).toEqualTypeOf<AgentFSCLI>();
    expectTypeOf<typeof SyncManager>().toBeConstructibleWith({ agent: "bot", remoteUrl: "https://host" });
  });
});
