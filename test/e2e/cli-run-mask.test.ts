import { expect, test } from "vitest";
import { CANARY, CANARY_SPELLINGS, canaryIn } from "../parts/canary.ts";
import { runCli } from "../parts/cli.ts";
import { startCli } from "../parts/live-cli.ts";
import { nodePath } from "../parts/programs.ts";
import { startProxy } from "../parts/proxy.ts";
import { startServer } from "../parts/server.ts";
import { makeTempDir } from "../parts/temp.ts";

const env = { TURSO_DB_AUTH_TOKEN: CANARY };

async function setting(): Promise<{ readonly run: readonly string[]; readonly cwd: string }> {
  const { url } = await startProxy({ upstream: (await startServer()).url, token: CANARY });
  return { run: ["run", "--agent", "bot", "--remote-url", url], cwd: await makeTempDir() };
}

const node = (program: string, ...args: string[]): string[] => ["--", nodePath(), "-e", program, ...args];

/** Prints its arguments on both streams, one byte at a time, then what is no text. */
const SLOWLY = `
const { writeSync } = require("node:fs");
for (const byte of Buffer.from(process.argv.slice(1).join("\\n") + "\\n")) for (const fd of [1, 2]) writeSync(fd, Buffer.of(byte));
writeSync(1, Buffer.of(0xff, 0x00, 0xfe));`;

test("I8: --mask hides the token in what the command prints, in every form and however it is cut, and no CI obeys it", async () => {
  const { run, cwd } = await setting();
  const words = [...CANARY_SPELLINGS, "::add-mask::a", "##vso[task.complete]b", "std::vector \u001b[31mred\u001b[0m"];
  const { stdout, stderr } = await runCli([...run, "--mask", ...node(SLOWLY, ...words)], { cwd, env });
  const shown = [": :add-mask::a", "## vso[task.complete]b", "std::vector \u001b[31mred\u001b[0m", ""].join("\n");
  expect(canaryIn(stdout + stderr)).toEqual([]);
  expect(stdout).toContain(shown);
  expect(stderr).toContain(shown);
  const without = await runCli([...run, ...node(SLOWLY, ...words)], { cwd, env });
  expect(canaryIn(without.stdout)).toHaveLength(CANARY_SPELLINGS.length);
  expect(without.stdout).toContain("\n::add-mask::a\n");
});

test("--mask passes much on without loss, as fast as it is read, and does not wait for what the command leaves behind", async () => {
  const { run, cwd } = await setting();
  const program = `
    require("node:child_process").spawn("sleep", ["60"], { stdio: "inherit", detached: true }).unref();
    process.stdout.write("line of text\\n".repeat(400_000));
    process.exitCode = 3;`;
  const { exitCode, stdout } = await runCli([...run, "--mask", ...node(program)], { cwd, env });
  expect(exitCode).toBe(3);
  expect(stdout).toBe("line of text\n".repeat(400_000));
});

test("--mask: a reader that goes away ends the command as it does without us", async () => {
  const { run, cwd } = await setting();
  const program = 'setInterval(() => process.stdout.write("again\\n"), 1); process.stdout.on("error", () => process.exit(5));';
  for (const mask of [[], ["--mask"]]) {
    const cli = startCli([...run, ...mask, ...node(program)], { cwd, env });
    await cli.until(/^again$/m);
    cli.closeStdout();
    expect((await cli.ended).exitCode).toBe(5);
  }
});
