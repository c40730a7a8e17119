import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { AgentListing, AgentOp } from "../parts/agent.ts";
import { inconsistencies } from "../parts/consistency.ts";
import { machine } from "../parts/machine.ts";
import { basePath } from "../parts/merge-world.ts";
import { runNative } from "../parts/native.ts";
import { type Step, steps, together, WriterModel } from "../parts/random-program.ts";
import { startServer } from "../parts/server.ts";
import { makeTempDir } from "../parts/temp.ts";

const RUNS = Number(process.env.AGENTFS_SYNC_RUNS ?? 25);

/** What one writer does in one round, and whether it takes the others' work afterwards. */
interface Turn {
  readonly program: readonly Step[];
  readonly pulls: boolean;
  /** Where it stands in the order of pushes. */
  readonly rank: number;
}

const turn = fc.record({ program: steps, pulls: fc.boolean(), rank: fc.nat(99) });
const scenario = fc.record({
  rounds: fc.array(fc.tuple(turn, turn, turn), { minLength: 1, maxLength: 3 }),
  writerCount: fc.constantFrom(2, 3),
  /** Which writer is the official client, if one is. */
  native: fc.option(fc.nat(2)),
});

/** Anything that works on a replica of its own and pushes. */
interface Writer {
  readonly model: WriterModel;
  write(ops: readonly AgentOp[]): Promise<void>;
  push(): Promise<void>;
  pull(): Promise<void>;
}

async function engineWriter(url: string, model: WriterModel): Promise<Writer> {
  const on = await machine(url, { allow: ["mass-change"] });
  await on.ok("pull");
  return {
    model,
    write: async (ops) => void (await on.write(...ops)),
    push: async () => void (await on.ok("push")),
    pull: async () => void (await on.ok("pull")),
  };
}

async function nativeWriter(url: string, model: WriterModel): Promise<Writer> {
  const dir = join(await makeTempDir(), "native");
  await runNative(dir, url, []);
  return {
    model,
    write: async (ops) =>
      void (await runNative(
        dir,
        url,
        ops.map((op) => ({ op: "agent", do: op })),
      )),
    push: async () => void (await runNative(dir, url, [{ op: "push" }])),
    pull: async () => void (await runNative(dir, url, [{ op: "pull" }])),
  };
}

function shown({ files, directories, hardLinks, keys, toolCalls }: AgentListing) {
  return {
    files,
    directories: [...directories].sort(),
    hardLinks: [...hardLinks].sort(),
    keys,
    calls: toolCalls.map(({ name }) => name).sort(),
  };
}

test("I3: whatever two or three machines write in their own directories, in any order of pushes, is there exactly", async () => {
  await fc.assert(
    fc.asyncProperty(scenario, async ({ rounds, writerCount, native }) => {
      const server = await startServer();
      const models = Array.from({ length: writerCount }, (_, index) => new WriterModel(`w${index}`));
      const seeder = await machine(server.url);
      await seeder.ok("pull");
      await seeder.write(...models.map(({ home }): AgentOp => ({ op: "mkdir", path: home })));
      await seeder.ok("push");
      const writers = await Promise.all(
        models.map((model, index) => (index === native ? nativeWriter : engineWriter)(server.url, model)),
      );
      for (const round of rounds) {
        const turns = writers.map((writer, index) => ({ writer, ...(round[index] as Turn) }));
        await Promise.all(turns.map(({ writer, program }) => writer.write(writer.model.perform(program))));
        for (const { writer, pulls } of turns.sort((a, b) => a.rank - b.rank)) {
          await writer.push();
          if (pulls) await writer.pull();
        }
      }
      const fresh = await machine(server.url);
      await fresh.ok("pull");
      expect(shown(await fresh.list())).toEqual(together(models));
      expect(inconsistencies(basePath(fresh))).toEqual([]);
      await server.stop();
    }),
    // A run takes seconds: the seed repeats a failure, and nobody waits for a shorter one.
    { numRuns: RUNS, endOnFailure: true },
  );
}, 600_000);
