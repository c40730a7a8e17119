import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { cliPath } from "../parts/programs.ts";

const STATIC_IMPORT = /^(?:import|export) (?:.* from )?"(.+)";$/gm;

/** What Node.js loads for a file before it runs a line of it, in our files and of Node.js itself. */
async function loadedFor(file: string, found = new Set<string>()): Promise<ReadonlySet<string>> {
  for (const [, name = ""] of (await readFile(file, "utf8")).matchAll(STATIC_IMPORT)) {
    if (found.has(name)) continue;
    found.add(name);
    if (name.startsWith("./")) await loadedFor(join(dirname(file), name), found);
  }
  return found;
}

test("the command starts with one file besides its first, and without any module of Node.js", async () => {
  expect([...(await loadedFor(cliPath()))]).toEqual(["./start.js"]);
});

test("help is one file more", async () => {
  expect([...(await loadedFor(join(dirname(cliPath()), "help.js")))]).toEqual(["./start.js"]);
});

test("what a push needs is loaded with `run`, before its command: that may install another version of us in our place", async () => {
  const all = [...(await loadedFor(join(dirname(cliPath()), "run.js")))];
  expect(all).toContain("./engine.js");
  const texts = await Promise.all(
    all.filter((name) => name.startsWith("./")).map((name) => readFile(join(dirname(cliPath()), name), "utf8")),
  );
  // `diff` has it alone; start.js loads the commands.
  const later = texts.flatMap((text) => [...text.matchAll(/import\("\.\/(.+?)"\)/g)].map(([, name]) => name));
  expect(new Set(later)).toEqual(
    new Set([
      "libesm.js",
      "native-agent.js",
      "completion.js",
      "doctor.js",
      "rescue.js",
      "run.js",
      "serve.js",
      "sync.js",
      "settings.js",
      "help.js",
    ]),
  );
});
