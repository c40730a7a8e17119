import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { parseInvocation } from "./args/invocation.ts";
import { COMMAND_NAMES, commandSpec } from "./commands.ts";
import { withReference } from "./reference.ts";

const PAGE = new URL("../../../docs/cli.md", import.meta.url);

test("docs/cli.md says what the tables of commands and flags say; if not: node scripts/cli-docs.mjs", async () => {
  const page = await readFile(PAGE, "utf8");
  expect(withReference(page)).toBe(page);
});

test("every command on the page, and every example of help, is one that we take", async () => {
  const page = await readFile(PAGE, "utf8");
  const blocks = [...page.matchAll(/^```sh\n(.*?)^```$/gms)].flatMap(([, block = ""]) => block.split("\n"));
  const lines = [...blocks, ...COMMAND_NAMES.flatMap((name) => commandSpec(name).examples)];
  const ours = lines.flatMap((line) => /agentfs-sync (.+)$/.exec(line)?.[1] ?? []);
  expect(ours.length).toBeGreaterThan(40);
  for (const line of ours) {
    const words = line.replace(/ +(?:#|>).*$/, "").match(/'[^']*'|\S+/g) ?? [];
    expect(() => parseInvocation(words.map((word) => word.replaceAll("'", "")))).not.toThrow();
  }
});
