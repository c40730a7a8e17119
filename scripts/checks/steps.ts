import { cli, type Step, vitest } from "./step.ts";

/** Everything that `npm test` runs, in this order; `npm test -- lint unit` runs only these. */
export const STEPS: readonly Step[] = [
  { name: "lint", what: "format and lint", args: [cli("@biomejs/biome", "bin/biome"), "check", "--error-on-warnings"] },
  { name: "types", what: "compile everything, tests too", args: [cli("typescript", "bin/tsc"), "-b"] },
  { name: "build", what: "what is published of the packages", args: ["scripts/build.mjs"] },
  { name: "unused", what: "unused files, exports and dependencies", args: [cli("knip", "bin/knip.js"), "--no-progress"] },
  publint("core"),
  {
    name: "package-core-types",
    what: "TypeScript users of packages/core find its types",
    // `node10` and `require` are not promised: the package is ESM, for Node 22 and later.
    args: [cli("@arethetypeswrong/cli", "dist/index.js"), "--pack", "packages/core", "--profile", "esm-only"],
    needsBuild: true,
  },
  publint("cli"),
  { name: "dist", what: "dist/ is what the sources of the action build", args: ["scripts/build-action.mjs", "--check"] },
  {
    name: "workflows",
    what: "GitHub workflows and action.yml: their schemas, and zizmor",
    args: ["scripts/check-workflows.mjs"],
  },
  vitest("unit", "single parts"),
  vitest("property", "rules that hold for all inputs"),
  vitest("e2e", "real server, real agents, real processes"),
];

function publint(folder: string): Step {
  const args = [cli("publint", "src/cli.js"), "run", `packages/${folder}`, "--strict", "--pack", "npm"];
  return { name: `package-${folder}`, what: `packages/${folder} can be published as it is`, args, needsBuild: true };
}
