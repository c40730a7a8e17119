// Builds `dist/`, what `uses:` runs: one bundle of packages/action and all it needs, and one file a step that calls into it.
//   node scripts/build-action.mjs           writes dist/
//   node scripts/build-action.mjs --check   writes nothing, and fails unless dist/ is what would be written, byte for byte
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { bundle, differences, writeFiles } from "./bundle.mjs";

const DIST = resolve(fileURLToPath(import.meta.url), "../../dist");

/** What is loaded with each step, and what with engine `agentfs` or for a report alone. */
const GROUPS = [
  { name: "core", test: /packages\/core\/src\/|node_modules\/zod\//, minShareCount: 2 },
  { name: "diff", test: /node_modules\/diff\// },
];

const args = process.argv.slice(2);
const check = args.includes("--check");
if (args.some((arg) => arg !== "--check")) fail("Usage: node scripts/build-action.mjs [--check]");

const services = await bundle({
  // Apart, for the processes that talk to the cache and upload artifacts: most steps load nothing of them.
  entries: { cache: "packages/action/src/cache/worker.ts", artifact: "packages/action/src/artifact/worker.ts" },
  node: "24",
  minify: true,
  allEffects: true,
  groups: [{ name: "services", test: /node_modules\//, minShareCount: 2 }],
});
const files = new Map([
  ...[...services].map(([name, text]) => /** @type {const} */ ([name === "licenses.txt" ? "licenses-services.txt" : name, text])),
  // No step runs the command of that name, nor starts a program but by `@actions/exec`.
  ...(await bundle({
    entries: { index: "packages/action/src/index.ts" },
    node: "24",
    callsBuiltins: true,
    external: ["execa"],
    groups: GROUPS,
  })),
  // Two entries, not one that looks at the saved state: a post step must never take itself for the main step.
  ["main.js", 'import { main } from "./index.js";\n\nawait main();\n'],
  ["post.js", 'import { post } from "./index.js";\n\nawait post();\n'],
  ["package.json", '{ "type": "module" }\n'],
]);

if (check) {
  const found = differences(DIST, files).map((line) => `dist/${line}`);
  if (found.length > 0) fail(`${found.join("\n")}\nRun \`node scripts/build-action.mjs\` and commit dist/.`);
  console.log("dist/ is what its source gives.");
} else {
  writeFiles(DIST, files);
  console.log("dist/ is built.");
}

/**
 * @param {string} message
 * @returns {never}
 */
function fail(message) {
  console.error(message);
  process.exit(1);
}
