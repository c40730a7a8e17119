// Builds `dist/`, what `uses:` runs: one bundle of packages/action and all it needs, and one file a step that calls into it.
//   node scripts/build-action.mjs           writes dist/
//   node scripts/build-action.mjs --check   builds elsewhere and fails unless dist/ is the same, byte for byte
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = resolve(fileURLToPath(import.meta.url), "../..");
const DIST = join(ROOT, "dist");
const NODE_24 = join(ROOT, "node_modules/.bin/node");

/** Two entries, not one that looks at the saved state: a post step must never take itself for the main step. */
const ENTRIES = {
  "main.js": 'import { main } from "./index.js";\n\nawait main();\n',
  "post.js": 'import { post } from "./index.js";\n\nawait post();\n',
};

/** @param {readonly string[]} args */
function run(args) {
  const { status, error, stdout, stderr } = spawnSync(NODE_24, args, { cwd: ROOT, encoding: "utf8" });
  if (error !== undefined) fail(`Cannot start ${NODE_24}: ${error.message}. Run \`npm run build\` first, which installs it.`);
  if (status !== 0) fail(`${args.join(" ")} ended with ${status}:\n${stdout}${stderr}`);
}

/** @param {string} target */
function build(target) {
  run(["node_modules/typescript/bin/tsc", "-b", "packages/action"]);
  const ncc = ["build", "packages/action/dist/index.js", "--out", target, "--target", "es2024"];
  run(["node_modules/@vercel/ncc/dist/ncc/cli.js", ...ncc, "--minify", "--no-cache", "--license", "licenses.txt", "--quiet"]);
  for (const [name, text] of Object.entries(ENTRIES)) writeFileSync(join(target, name), text);
}

/**
 * What differs, one line a file.
 * @param {string} built
 */
function differences(built) {
  /** @param {string} folder */
  const list = (folder) => (existsSync(folder) ? readdirSync(folder) : []);
  const names = [...new Set([...list(built), ...list(DIST)])].sort();
  return names.flatMap((name) => {
    if (!existsSync(join(DIST, name))) return [`dist/${name} is missing`];
    if (!existsSync(join(built, name))) return [`dist/${name} does not belong there`];
    return readFileSync(join(DIST, name)).equals(readFileSync(join(built, name)))
      ? []
      : [`dist/${name} is not what its source gives`];
  });
}

/** @param {string} message */
function fail(message) {
  console.error(message);
  process.exit(1);
}

const args = process.argv.slice(2);
if (args.some((arg) => arg !== "--check")) fail("Usage: node scripts/build-action.mjs [--check]");
const check = args.includes("--check");
const work = mkdtempSync(join(check ? tmpdir() : ROOT, check ? "agentfs-sync-dist-" : ".dist-"));
process.once("exit", () => rmSync(work, { recursive: true, force: true }));
const built = join(work, "dist");
mkdirSync(built);
build(built);

if (check) {
  const found = differences(built);
  if (found.length > 0) fail(`${found.join("\n")}\nRun \`node scripts/build-action.mjs\` and commit dist/.`);
  console.log("dist/ is what its source gives.");
} else {
  rmSync(DIST, { recursive: true, force: true });
  renameSync(built, DIST);
  console.log("dist/ is built.");
}
