import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { readInputs, readJobStatus } from "./inputs.ts";
import { NO_OUTPUTS } from "./outputs.ts";

type Inputs = Readonly<Record<string, { readonly description: string; readonly default?: string; readonly required?: boolean }>>;
interface Typed {
  readonly type: string;
  readonly "allowed-values"?: readonly string[];
  readonly "list-item"?: Typed;
}

const read = (name: string) => parse(readFileSync(resolve(import.meta.dirname, "../../..", name), "utf8"));
const action = read("action.yml") as { readonly inputs: Inputs; readonly outputs: Inputs };
const types = read("action-types.yml") as Readonly<Record<"inputs" | "outputs", Readonly<Record<string, Typed>>>>;
const SECRETS = ["auth-token", "cache-secret"];

/** The names that are asked for. */
function namesRead(): readonly string[] {
  const asked = new Set<string>();
  const env = new Proxy<NodeJS.ProcessEnv>({}, { get: (_, name) => void asked.add(String(name)) });
  readInputs(env);
  readJobStatus(env);
  return [...asked].map((name) => name.replace("INPUT_", "").toLowerCase());
}

const wordsOf = (typed: Typed): readonly string[] =>
  typed["list-item"] === undefined ? (typed["allowed-values"] ?? []) : wordsOf(typed["list-item"]);

/** The words that an error says are the only ones. */
function wordsIn(work: () => unknown): string {
  try {
    work();
    return "";
  } catch (thrown) {
    const list = /must be one of (.*)\.$/.exec(String(thrown))?.[1] ?? "";
    return list.split(", ").toSorted().join(", ");
  }
}

describe("action.yml", () => {
  it("has the inputs that are read, and no others", () => {
    expect(Object.keys(action.inputs).sort()).toEqual([...namesRead(), ...SECRETS].sort());
  });

  it("has the outputs that are set on every path, and no others", () => {
    expect(Object.keys(action.outputs).sort()).toEqual(Object.keys(NO_OUTPUTS).sort());
  });

  it("says of each what it is", () => {
    for (const { description } of [...Object.values(action.inputs), ...Object.values(action.outputs)])
      expect(description).toMatch(/\.$/);
  });

  it("has the defaults that hold where the runner sets nothing", () => {
    const given = Object.entries(action.inputs).flatMap(([name, input]) =>
      input.default === undefined || name === "job-status" ? [] : [[`INPUT_${name.toUpperCase()}`, input.default]],
    );
    expect(readInputs(Object.fromEntries(given))).toEqual(readInputs({}));
  });
});

describe("action-types.yml", () => {
  it("types what action.yml has", () => {
    expect(Object.keys(types.inputs).sort()).toEqual(Object.keys(action.inputs).sort());
    expect(Object.keys(types.outputs).sort()).toEqual(Object.keys(action.outputs).sort());
  });

  it("lists words that are all taken, and the only ones", () => {
    const enums = Object.entries(types.inputs).filter(([, typed]) => wordsOf(typed).length > 0);
    expect(enums.length).toBeGreaterThan(0);
    for (const [name, typed] of enums) {
      const key = `INPUT_${name.toUpperCase()}`;
      for (const word of wordsOf(typed)) expect(readInputs({ [key]: word })).toBeDefined();
      const said = wordsOf(typed).toSorted().join(", ");
      expect(wordsIn(() => readInputs({ [key]: "no such word" }))).toBe(said);
    }
  });
});
