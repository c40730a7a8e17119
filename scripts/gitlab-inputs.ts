// Writes what the GitLab components have of the command's flags: an input each, and the variable that hands it over.
//   node scripts/gitlab-inputs.ts
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { COMMANDS } from "../packages/cli/src/commands.ts";
import { type FlagName, flagSpec } from "../packages/cli/src/flags.ts";

const TEMPLATES = resolve(fileURLToPath(import.meta.url), "../../templates");

/** As the Action calls it. */
const RENAMED: Partial<Record<FlagName, string>> = { agent: "agents" };
const REQUIRED: readonly FlagName[] = ["agent", "remote-url"];
/** What is another default in a CI than for somebody at a terminal. */
const DEFAULTS: Partial<Record<FlagName, string>> = {
  trust: "auto",
  // As in the Action: a machine that is kept must not stop every later job at the first one that could not push.
  "on-unpushed": "set-aside",
  "cache-dir": ".agentfs-ci/cache",
  "rescue-dir": ".agentfs-ci/rescue",
  "undo-dir": ".agentfs-ci/undo",
  html: ".agentfs-ci/report.html",
  "report-file": ".agentfs-ci/report.json",
  "output-file": ".agentfs-ci/outputs.env",
};
const withVariable = (flags: readonly FlagName[]) => flags.filter((name) => flagSpec(name).env !== undefined);
const { run, pull, push } = COMMANDS;
const ofSteps: readonly FlagName[] = [...pull.flags, ...push.flags];

/** The form with steps is a pull and a push: what only `run` has is nothing to it. */
export const COMPONENTS = [
  { name: "agentfs-sync", flags: withVariable(run.flags) },
  { name: "agentfs-sync-steps", flags: withVariable(run.flags.filter((name) => ofSteps.includes(name))) },
].map(({ name, flags }) => ({ name, file: join(TEMPLATES, name, "template.yml"), flags }));

const inputName = (flag: FlagName) => RENAMED[flag] ?? flag;

function inputLines(flag: FlagName): readonly string[] {
  const { kind, summary, values = [], fallback } = flagSpec(flag);
  // A number that is none by default can only be text to GitLab.
  const isNumber = kind === "count" && /^\d+$/.test(fallback ?? "");
  const isPlain = kind === "choice" || isNumber;
  const fixed = DEFAULTS[flag] ?? (isPlain ? fallback : undefined) ?? "";
  const text = kind === "switch" ? "false" : isNumber ? fixed : JSON.stringify(fixed);
  return [
    `    ${inputName(flag)}:`,
    `      description: ${JSON.stringify(`${summary.slice(0, 1).toUpperCase()}${summary.slice(1)}.`)}`,
    ...(kind === "switch" ? ["      type: boolean"] : isNumber ? ["      type: number"] : []),
    ...(REQUIRED.includes(flag) ? [] : [`      default: ${text}`]),
    ...(kind === "choice" ? [`      options: [${values.join(", ")}]`] : []),
  ];
}

function variableLine(flag: FlagName): string {
  return `    ${flagSpec(flag).env}: "$[[ inputs.${inputName(flag)} ]]"`;
}

/** The template with its two parts as the table of flags has them now. */
export function withFlags(template: string, flags: readonly FlagName[]): string {
  const parts = { inputs: flags.flatMap(inputLines), variables: flags.map(variableLine) };
  return Object.entries(parts).reduce((text, [name, lines]) => {
    const [start, end] = [`    # flags: ${name}\n`, `    # end of flags: ${name}\n`];
    const [before, rest] = text.split(start);
    const after = rest?.split(end)[1];
    if (before === undefined || after === undefined) throw new Error(`There is no place for ${name}`);
    return `${before}${start}${lines.join("\n")}\n${end}${after}`;
  }, template);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  for (const { file, flags } of COMPONENTS) writeFileSync(file, withFlags(readFileSync(file, "utf8"), flags));
}
