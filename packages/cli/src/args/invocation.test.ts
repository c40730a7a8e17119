import { SyncError } from "@agentfs-sync/core";
import { describe, expect, test } from "vitest";
import { parseInvocation } from "./invocation.ts";

function refusal(...argv: string[]): { code: string; message: string; hint: string } {
  try {
    parseInvocation(argv);
  } catch (error) {
    if (error instanceof SyncError) return { code: error.code, message: error.message, hint: error.hint };
    throw error;
  }
  throw new Error(`${argv.join(" ")} was accepted`);
}

describe("parseInvocation", () => {
  test("reads flags before and after the command, with and without an equals sign", () => {
    expect(parseInvocation(["--json", "pull", "--agent", "a", "--remote-url=libsql://x"])).toEqual({
      command: "pull",
      flags: { json: true, agent: ["a"], "remote-url": "libsql://x" },
      args: [],
      commandLine: [],
    });
  });

  test("keeps every value of a flag that may be repeated, and the last one of every other", () => {
    const { flags } = parseInvocation(["pull", "--agent", "a", "--agent", "b,c", "--directory", "x", "--directory", "y"]);
    expect(flags).toEqual({ agent: ["a", "b,c"], directory: "y" });
  });

  test("leaves everything after -- to the command, flags of ours included", () => {
    const { flags, commandLine } = parseInvocation([
      "run",
      "--agent",
      "a",
      "--",
      "npm",
      "test",
      "--",
      "--json",
      "--auth-token",
      "x",
    ]);
    expect(flags).toEqual({ agent: ["a"] });
    expect(commandLine).toEqual(["npm", "test", "--", "--json", "--auth-token", "x"]);
  });

  test.each([
    { argv: ["--help"], command: "help", flags: {} },
    { argv: ["-h"], command: "help", flags: {} },
    { argv: ["--version"], command: "help", flags: { version: true } },
    { argv: ["run", "--help"], command: "run", flags: { help: true } },
    { argv: ["--help", "serve"], command: "serve", flags: { help: true } },
  ])("asks for help: $argv", ({ argv, command, flags }) => {
    expect(parseInvocation(argv)).toMatchObject({ command, flags });
  });

  test.each([
    { argv: [], message: "No command is given." },
    { argv: ["pul"], message: 'There is no command "pul". Did you mean "pull"?' },
    { argv: ["frobnicate"], message: 'There is no command "frobnicate".' },
    { argv: ["pull", "--agnet", "a"], message: "There is no flag --agnet. Did you mean --agent?" },
    { argv: ["pull", "--url", "a"], message: "There is no flag --url. Did you mean --remote-url?" },
    { argv: ["--agnet", "a"], message: "There is no flag --agnet. Did you mean --agent?" },
    { argv: ["pull", "-x"], message: "There is no flag -x." },
    { argv: ["pull", "--port", "1"], message: 'The command "pull" has no flag --port.' },
    { argv: ["pull", "--agent"], message: "The flag --agent needs a value: --agent ID." },
    { argv: ["pull", "--agent", "--json"], message: "The flag --agent needs a value: --agent ID." },
    { argv: ["pull", "--json=yes"], message: "The flag --json takes no value." },
    { argv: ["pull", "a"], message: 'The command "pull" takes no argument "a".' },
    { argv: ["pull", "--", "a"], message: 'The command "pull" takes nothing after --.' },
    { argv: ["run", "npm", "test"], message: 'The command to run must follow "--".' },
    { argv: ["run", "--"], message: "No command to run is given." },
    { argv: ["run"], message: "No command to run is given." },
    { argv: ["pull", "--quiet", "--verbose"], message: "--quiet and --verbose contradict each other." },
  ])("refuses $argv", ({ argv, message }) => {
    expect(refusal(...argv)).toMatchObject({ code: "usage", message });
  });

  test.each([[["pull", "--auth-token", "s3cret"]], [["pull", "--auth-token=s3cret"]], [["--token", "s3cret", "pull"]]])(
    "takes no token as an argument and does not repeat it: %s",
    (argv) => {
      const { message, hint } = refusal(...argv);
      expect(message).toMatch(/^There is no flag --(auth-)?token: every user of this machine can read the arguments/);
      expect(hint).toContain("TURSO_DB_AUTH_TOKEN");
      expect(hint).toContain("--auth-token-file FILE");
      expect(message + hint).not.toContain("s3cret");
    },
  );

  test("never repeats the value of a misspelled flag, which may be a token", () => {
    expect(JSON.stringify(refusal("pull", "--auth-tokn=s3cret"))).not.toContain("s3cret");
    expect(JSON.stringify(refusal("pull", "--auth-tokn", "s3cret"))).not.toContain("s3cret");
  });

  test("shows how the command line that was meant is written", () => {
    expect(refusal("run", "npm", "test").hint).toBe("Write `agentfs-sync run [flags] -- npm test`.");
  });
});
