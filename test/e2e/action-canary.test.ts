import { readFile, realpath, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { expect, it } from "vitest";
import { SECRET, startCacheWorld, TOKEN, writeFileIn } from "../parts/cache-world.ts";
import { contentsBelow } from "../parts/contents-below.ts";
import { runChild } from "../parts/run-child.ts";
import { makeTempDir } from "../parts/temp.ts";

/** A `tar` that writes down what its environment holds, and then does its work: it is the child of a child of the step. */
async function watchedTar() {
  const folder = await makeTempDir();
  const seen = join(await makeTempDir(), "environment");
  const real = await realpath((await runChild("sh", ["-c", "command -v tar"])).stdout.trim());
  await writeFile(
    join(folder, "tar"),
    `#!/bin/sh\nenv >> '${seen}'\ncat /proc/$PPID/environ >> '${seen}' 2>&1\nexec '${real}' "$@"\n`,
    { mode: 0o755 },
  );
  return { seen, path: [folder, process.env.PATH].join(delimiter) };
}

it("I8: no secret is in anything that runs of the Action wrote, said or started, whatever became of them", async () => {
  const world = await startCacheWorld();
  const { seen, path } = await watchedTar();
  const runnerTemp = await makeTempDir();
  const written: string[] = [];
  for (const round of ["pushed", "refused", "rescued"] as const) {
    const job = await world.job({ env: { PATH: path, RUNNER_TEMP: runnerTemp } });
    const main = await job.main();
    await writeFileIn(job, `/${round}`);
    world.fault = round === "refused" ? () => ({ status: 403, body: `no: ${TOKEN} ${SECRET}` }) : undefined;
    const post = await job.post();
    world.fault = undefined;
    expect([main.exitCode, post.exitCode]).toEqual([0, round === "refused" ? 1 : 0]);
    for (const { stdout, stderr, outputs, state, summary } of [main, post]) {
      const lines = stdout.split("\n").filter((line) => !line.startsWith("::add-mask::"));
      written.push(lines.join("\n"), stderr, JSON.stringify([outputs, state]), summary);
    }
    written.push(...(await contentsBelow(job.workspace)));
  }
  const environment = await readFile(seen, "latin1");
  expect(environment).toContain("GITHUB_RUN_ID=");
  expect(world.cache.entries.map(({ key }) => key.split("/")[2])).toEqual(
    expect.arrayContaining(["base", "rescue", "rescue-done"]),
  );
  written.push(environment, ...(await contentsBelow(runnerTemp)));
  for (const { key, content } of world.cache.entries) written.push(key, content.toString("latin1"));
  const forms = [TOKEN, SECRET].flatMap((secret) => [secret, encodeURIComponent(secret), btoa(secret).replace(/=+$/, "")]);
  expect(forms.filter((form) => written.some((text) => text.includes(form)))).toEqual([]);
});
