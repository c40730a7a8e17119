import fc from "fast-check";

/** One step as it is drawn: things and places are chosen by number among those that are there when it comes. */
export interface Step {
  readonly does: (typeof STEPS)[number];
  /** What it is done to. */
  readonly at: number;
  /** Where to: a directory, and a name of `NAMES`. */
  readonly to: number;
  readonly name: number;
  /** Another number where the step needs one: a size, a mode, a target, a value. */
  readonly pick: number;
  /** The same as the other writers would write here, or what nobody else writes. */
  readonly alike: boolean;
}

/** Few enough that writers meet. Some without an extension: the conflict name goes before it. */
export const NAMES = ["a", "b.txt", "c", "d.d"] as const;

/** The more often a step is named, the more often it is drawn. */
const STEPS = [
  ...["create", "create", "write", "write", "append", "shorten", "lengthen", "save", "save"],
  ...[
    "rename",
    "rename",
    "rename",
    "swallow",
    "swallow",
    "hoist",
    "hoist",
    "replace",
    "link",
    "link",
    "unlink",
    "unlink",
    "unlink",
  ],
  ...["mkdir", "mkdir", "rmdir", "removeAll", "removeAll", "symlink", "retarget", "chmod", "chmod", "remake"],
  ...["set", "set", "set", "forget", "setting"],
  ...["start", "succeed", "fail", "record", "dropCall"],
  ...["insertNote", "insertNote", "updateNote", "deleteNote", "setLabel", "setLabel", "deleteLabel", "addLine", "deleteLine"],
] as const;

/** The first ones more often: there the writers meet. */
const few = fc.oneof(
  { arbitrary: fc.nat(1), weight: 2 },
  { arbitrary: fc.nat(4), weight: 2 },
  { arbitrary: fc.nat(17), weight: 3 },
);

export const step: fc.Arbitrary<Step> = fc.record({
  does: fc.constantFrom(...STEPS),
  at: few,
  to: fc.oneof(fc.nat(1), fc.nat(5)),
  name: fc.oneof(fc.nat(1), fc.nat(NAMES.length - 1)),
  pick: fc.nat(5),
  alike: fc.integer({ min: 0, max: 3 }).map((n) => n === 3),
});

export const steps: fc.Arbitrary<readonly Step[]> = fc.array(step, { minLength: 1, maxLength: 7 });

/** Gives texts that nobody else writes. */
export type Fresh = () => string;
