import { SyncError } from "@agentfs-sync/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { COMMAND_NAMES } from "../commands.ts";
import { FLAG_NAMES } from "../flags.ts";
import { parseInvocation } from "./invocation.ts";

const word = fc.oneof(
  fc.constantFrom(...COMMAND_NAMES, ...FLAG_NAMES.map((name) => `--${name}`), "--", "-", "-h", "--=", "--agent=", "--__proto__"),
  fc.string({ unit: "grapheme", maxLength: 12 }),
  fc.string({ maxLength: 8 }).map((text) => `--${text}`),
);

test("any arguments are either understood or refused as usage, with a hint; never anything else", () => {
  fc.assert(
    fc.property(fc.array(word, { maxLength: 8 }), (argv) => {
      try {
        const { command, flags } = parseInvocation(argv);
        expect(COMMAND_NAMES).toContain(command);
        for (const flag of Object.keys(flags)) expect(FLAG_NAMES).toContain(flag);
      } catch (error) {
        expect(error).toBeInstanceOf(SyncError);
        expect(error).toMatchObject({ code: "usage", exitCode: 2, hint: expect.stringMatching(/./) });
      }
    }),
    { numRuns: 2_000 },
  );
});

test("what follows -- reaches the command as it is", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "grapheme" }), { minLength: 1 }), (command) => {
      expect(parseInvocation(["run", "--agent", "a", "--", ...command]).commandLine).toEqual(command);
    }),
  );
});

test("I8: the value of a flag that does not exist is never repeated, whatever it is called", () => {
  const name = fc.stringMatching(/^[a-z][a-z-]{0,15}$/).filter((text) => !FLAG_NAMES.some((flag) => flag === text));
  fc.assert(
    fc.property(name, fc.boolean(), (flag, inline) => {
      const argv = ["pull", ...(inline ? [`--${flag}=s3cret-TOKEN`] : [`--${flag}`, "s3cret-TOKEN"])];
      let refusal = "";
      try {
        parseInvocation(argv);
      } catch (error) {
        refusal = error instanceof SyncError ? error.message + error.hint : "";
      }
      expect(refusal).toMatch(/There is no flag/);
      expect(refusal).not.toContain("s3cret-TOKEN");
    }),
  );
});
