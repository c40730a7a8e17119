import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, test } from "vitest";
import { COMMAND_NAMES, commandSpec } from "../../packages/cli/src/commands.ts";
import { runCli } from "../parts/cli.ts";
import { nodePath, REPOSITORY } from "../parts/programs.ts";
import { runChild } from "../parts/run-child.ts";
import { makeTempDir } from "../parts/temp.ts";

const fixture = (name: string): string => fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));

let folder: string;
beforeAll(async () => {
  folder = await makeTempDir();
  await writeFile(join(folder, "token file.txt"), "");
  await writeFile(join(folder, "other.txt"), "");
  for (const shell of ["bash", "zsh", "fish"]) {
    const { exitCode, stdout } = await runCli(["completion", shell], { cwd: folder });
    expect(exitCode).toBe(0);
    await writeFile(join(folder, `completion.${shell}`), stdout);
  }
  const { exitCode, stderr } = await runChild(nodePath(), [join(REPOSITORY, "scripts/debian-packages.mjs"), "zsh", "fish"]);
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
});

/** What is offered for the last word, and for the words before it (in bash, as readline takes them apart). */
const CASES: readonly { line: readonly string[]; offered: readonly string[] }[] = [
  { line: ["ru"], offered: ["run"] },
  { line: [""], offered: COMMAND_NAMES },
  { line: ["run", "--con"], offered: ["--concurrency", "--conflict", "--config"] },
  { line: ["run", "--"], offered: commandSpec("run").flags.map((flag) => `--${flag}`) },
  { line: ["run", "--conflict", "k"], offered: ["keep-both"] },
  { line: ["run", "--auth-token-file", "tok"], offered: ["token file.txt"] },
  { line: ["rescue", "e"], offered: ["export"] },
  { line: ["completion", ""], offered: ["bash", "fish", "zsh"] },
  { line: ["help", "doc"], offered: ["doctor"] },
];

test("bash: commands, flags of the command, their values, files, and the command of `run`", async () => {
  const bash = async (...words: string[]): Promise<readonly string[]> => {
    const array = words.map((word) => `'${word}'`).join(" ");
    const script = `source completion.bash; COMP_WORDS=(agentfs-sync ${array}); COMP_CWORD=${words.length}; _agentfs_sync; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout, stderr } = await runChild("bash", ["--norc", "-uc", script], { cwd: folder });
    expect(stderr).toBe("");
    return stdout.split("\n").filter(Boolean).sort();
  };
  for (const { line, offered } of CASES)
    expect({ line, found: await bash(...line) }).toEqual({ line, found: [...offered].sort() });
  expect(await bash("--agent", "push", "pul")).toEqual(["pull"]);
  expect(await bash("run", "--conflict", "=", "th")).toEqual(["theirs"]);
  expect(await bash("run", "--conflict", "=")).toEqual(["fail", "keep-both", "ours", "theirs"]);
  expect(await bash("run", "--agent", "=", "x", "--push-on", "n")).toEqual(["never"]);
  expect(await bash("run", "--", "bas")).toContain("bash");
  expect(await bash("run", "--", "cat", "oth")).toEqual(["other.txt"]);
});

test("fish: the same", async () => {
  for (const { line, offered } of CASES) {
    const script = `source completion.fish; complete -C "agentfs-sync ${line.join(" ")}"`;
    const { stdout, stderr } = await runChild("fish", ["--no-config", "-c", script], { cwd: folder });
    expect(stderr).toBe("");
    const found = stdout.split("\n").flatMap((text) => (text === "" ? [] : [text.split("\t")[0] ?? ""]));
    expect({ line, found: found.map((text) => text.replace(/\\ /g, " ")).sort() }).toEqual({ line, found: [...offered].sort() });
  }
});

test("zsh: words are completed as they are typed, and several are listed with what they are for", async () => {
  // At the end of a line that was completed, its beginning becomes a command that prints it.
  const printed = "\u0001print -r -- \n";
  const steps = [
    ["$ ", "autoload -U compinit; compinit -D -u; source ./completion.zsh; echo sourced=$?\n"],
    ["\nsourced=0", ""],
    ["$ ", `agentfs-sync ru\t--confl\tk\t--auth-token-f\ttok\t-- cat oth\t${printed}`],
    ["\nagentfs-sync", ""],
    ["$ ", `agentfs-sync rescue e\t${printed}`],
    ["\nagentfs-sync", ""],
    ["$ ", "agentfs-sync run --push-\t\t"],
    ["while the command runs", "\u0015exit\n"],
  ];
  const { stdout } = await runChild("python3", [fixture("shell.py"), ...steps.flat()], {
    cwd: folder,
    env: { TEST_SHELL: "zsh -f -i" },
  });
  expect(stdout).toContain("\nagentfs-sync run --conflict keep-both --auth-token-file token file.txt -- cat other.txt\r\n");
  expect(stdout).toContain("\nagentfs-sync rescue export\r\n");
  expect(stdout).toMatch(/--push-every +-- push the work so far while the command runs/);
});
