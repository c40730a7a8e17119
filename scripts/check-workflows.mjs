// Checks the workflows and the action: GitHub's schemas, and what zizmor finds (pinned versions, permissions, injections). No network.
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = resolve(fileURLToPath(import.meta.url), "../..");

/** @param {string} folder */
const workflowsIn = (folder) =>
  readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith(".yml") && !name.startsWith("gitlab"))
    .map((name) => join(folder, name));

const schema = (/** @type {string} */ name) => ["check-jsonschema", "--builtin-schema", `vendor.${name}`];

const checks = [
  [...schema("github-workflows"), ...workflowsIn(".github/workflows"), ...workflowsIn("test/workflows")],
  [...schema("github-actions"), "action.yml"],
  ["zizmor", "--offline", "--no-progress", "--persona=pedantic", ".github/workflows", "action.yml"],
];
for (const check of checks) {
  const { status } = spawnSync(process.execPath, ["scripts/python-tools.mjs", ...check], { cwd: ROOT, stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}
