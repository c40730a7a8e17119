import { expect, test } from "vitest";
import { agentfsPath } from "../parts/agentfs-program.ts";
import { TranscriptWorld } from "../parts/transcript-world.ts";
import { TRANSCRIPTS, type Transcript } from "../parts/transcripts.ts";

const world = await TranscriptWorld.start(await agentfsPath());

/** Figures differ from run to run; their names, order and type do not. */
const withoutFigures = (text: string): string =>
  text.replace(/"(\w+)":\d+/g, '"$1":<n>').replace(/"revision":"\d+"/, '"revision":"<n>"');

test.each(TRANSCRIPTS.map((run): [string, Transcript] => [run.name, run]))(
  "agentfs answers as it was recorded: %s",
  async (_, { stdout, stderr, exitCode, signal, files, ...run }) => {
    const replayed = await world.replay({ ...run, stdout, stderr, exitCode, signal, files });
    expect({ ...replayed, stdout: withoutFigures(replayed.stdout) }).toEqual({
      stdout: withoutFigures(stdout),
      stderr,
      exitCode,
      signal,
      files: [...files].sort(),
    });
  },
);

test("all 104 runs were replayed", () => {
  expect(TRANSCRIPTS).toHaveLength(104);
});
