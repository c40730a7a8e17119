import { createHash } from "node:crypto";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { inconsistencies } from "../../../../../test/parts/consistency.ts";
import { mounted, type Shown } from "../../../../../test/parts/mounted.ts";
import { type Step, steps, together, WriterModel } from "../../../../../test/parts/random-program.ts";
import { PlainRemote, Shelf } from "../../../../../test/parts/rebase.ts";
import { makeTempDir } from "../../../../../test/parts/temp.ts";

const RUNS = Number(process.env.AGENTFS_SYNC_RUNS ?? 160);

let shelf: Shelf;
beforeAll(async () => {
  shelf = new Shelf(await makeTempDir());
});

interface Scenario {
  readonly seed: readonly Step[];
  readonly here: readonly Step[];
  readonly there: readonly Step[];
  readonly reusesNumbers: boolean;
}

const scenario: fc.Arbitrary<Scenario> = fc.record({ seed: steps, here: steps, there: steps, reusesNumbers: fc.boolean() });

/** Two machines that start from one state and write in the same places. */
function twoMachines({ seed, here, there, reusesNumbers }: Scenario) {
  const [first, ours, theirs] = [new WriterModel("w"), new WriterModel("w"), new WriterModel("w")];
  const program = [first, ours, theirs].map((model) => model.perform(seed))[0] ?? [];
  const remote = new PlainRemote(shelf, [{ op: "mkdir", path: "/w" }, ...program], reusesNumbers);
  const start = mounted(remote.file);
  const [one, other] = [remote.pull(), remote.pull()];
  one.write(ours.perform(here));
  other.write(theirs.perform(there));
  return { remote, start, one, other };
}

/** Small contents may be equal by chance. */
const SMALLEST_OF_ITS_OWN_BYTES = 300;

const contents = (files: Readonly<Record<string, Shown>>): ReadonlySet<string> =>
  new Set(
    Object.values(files).flatMap(({ sha256, size }) =>
      sha256 !== null && (size ?? 0) >= SMALLEST_OF_ITS_OWN_BYTES ? [sha256] : [],
    ),
  );

describe("of two machines that write in the same places", () => {
  test("I4: the first push leaves what it had, the second is refused or leaves a consistent state in which nothing new is lost", () => {
    fc.assert(
      fc.property(scenario, (input) => {
        const { remote, start, one, other } = twoMachines(input);
        expect(remote.push(other)).toEqual([]);
        expect(mounted(remote.file)).toEqual(mounted(other.file));
        expect(inconsistencies(remote.file)).toEqual([]);
        const before = remote.file;
        if (remote.push(one).length > 0) {
          expect(remote.file).toBe(before);
          return;
        }
        expect(inconsistencies(remote.file)).toEqual([]);
        const [first, ours, theirs, both] = [start, mounted(one.file), mounted(other.file), mounted(remote.file)].map(contents);
        for (const content of ours ?? []) if (!first?.has(content) || theirs?.has(content)) expect(both).toContain(content);
        for (const content of theirs ?? []) if (!first?.has(content)) expect(both).toContain(content);
      }),
      { numRuns: RUNS },
    );
  });

  test("I3, I4: with `keep-both` no push is refused, the state is consistent, and both sides' new contents are there", () => {
    fc.assert(
      fc.property(scenario, fc.constantFrom("keep-both", "ours", "theirs"), (input, policy) => {
        const { remote, start, one, other } = twoMachines(input);
        remote.push(other, policy);
        const conflicts = remote.push(one, policy);
        expect(inconsistencies(remote.file)).toEqual([]);
        const shownNow = mounted(remote.file);
        for (const { kind, oursAt, theirsAt } of conflicts) {
          if (kind !== "file") continue;
          for (const path of [oursAt, theirsAt]) if (path !== null) expect(Object.keys(shownNow)).toContain(path);
        }
        if (policy !== "keep-both") return;
        const [first, ours, theirs, both] = [start, mounted(one.file), mounted(other.file), shownNow].map(contents);
        for (const content of ours ?? []) if (!first?.has(content) || theirs?.has(content)) expect(both).toContain(content);
        for (const content of theirs ?? []) if (!first?.has(content)) expect(both).toContain(content);
        expect(remote.push(one, policy)).toEqual([]);
        expect(mounted(remote.file)).toEqual(shownNow);
      }),
      { numRuns: RUNS },
    );
  });

  test("I3: what merges in both orders of the pushes gives the same in both", () => {
    fc.assert(
      fc.property(scenario, (input) => {
        const results = [twoMachines(input), twoMachines(input)].map(({ remote, one, other }, index) => {
          const [earlier, later] = index === 0 ? [one, other] : [other, one];
          expect(remote.push(earlier)).toEqual([]);
          return remote.push(later).length > 0 ? "conflict" : mounted(remote.file);
        });
        // A directory made where the other side has moved one to: made later it is that one, made earlier it is in the move's way.
        if (!results.includes("conflict")) expect(results[0]).toEqual(results[1]);
      }),
      { numRuns: RUNS },
    );
  });
});

const hashOf = (base64: string) => createHash("sha256").update(Buffer.from(base64, "base64")).digest("hex");

test("I3: machines that never pull again still know their own files by the remote's numbers", () => {
  const round = fc.tuple(steps, steps, steps);
  fc.assert(
    fc.property(fc.array(round, { minLength: 1, maxLength: 5 }), fc.boolean(), (rounds, reusesNumbers) => {
      const models = ["w0", "w1", "w2"].map((name) => new WriterModel(name));
      const homes = models.map(({ home }) => ({ op: "mkdir", path: home }) as const);
      const remote = new PlainRemote(shelf, homes, reusesNumbers);
      const writers = models.map((model) => ({ model, machine: remote.pull() }));
      for (const programs of rounds) {
        for (const [index, { model, machine }] of writers.entries()) {
          machine.write(model.perform(programs[index] ?? []));
          expect(remote.push(machine)).toEqual([]);
        }
      }
      expect(inconsistencies(remote.file)).toEqual([]);
      const { files, directories } = together(models);
      const shown = Object.entries(mounted(remote.file));
      expect(shown.flatMap(([path, { size }]) => (size === null ? [path] : [])).sort()).toEqual(directories);
      const hashes = shown.flatMap(([path, { sha256 }]) => (sha256 === null ? [] : [[path, sha256] as const]));
      const expected = Object.entries(files).map(([path, base64]) => [path, hashOf(base64)] as const);
      expect(new Map(hashes)).toEqual(new Map(expected));
      for (const { machine } of writers) expect(remote.push(machine)).toEqual([]);
    }),
    { numRuns: RUNS / 2 },
  );
});
