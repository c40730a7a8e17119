import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import type { FLAGS } from "../packages/cli/src/flags.ts";
import { COMPONENTS, withFlags } from "./gitlab-inputs.ts";

describe.each(COMPONENTS.map((component) => ({ ...component, text: readFileSync(component.file, "utf8") })))(
  "the GitLab component $name",
  ({ text, flags }) => {
    it("has the flags of the command as they are now: else run `node scripts/gitlab-inputs.ts`", () => {
      expect(withFlags(text, flags)).toBe(text);
    });

    it("has no input for a secret, and uses each input that it has", () => {
      const [header] = parseAllDocuments(text);
      const names = Object.keys(header?.toJS().spec.inputs);
      expect(names).toEqual(expect.arrayContaining(["agents", "remote-url", "conflict", "trust"]));
      expect(names.filter((name) => /token|secret|password/.test(name))).toEqual([]);
      expect(names.filter((name) => !text.includes(`$[[ inputs.${name} ]]`))).toEqual([]);
      expect(names).not.toContain("auth-token-file" satisfies keyof typeof FLAGS);
    });
  },
);

it("a flag that is new in the table makes a template differ", () => {
  const [{ file, flags } = { file: "", flags: [] }] = COMPONENTS;
  const text = readFileSync(file, "utf8").replace("    conflict:\n", "    konflict:\n");
  expect(withFlags(text, flags)).not.toBe(text);
});
