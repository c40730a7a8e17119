// Plain JavaScript without dependencies: it runs on the Node of the machine (20 or newer), before anything is installed.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { cleanEnvironment } from "./environment.mjs";

/** The folder of the clone. */
export const ROOT = resolve(fileURLToPath(import.meta.url), "../..");

/** Node 24, which the install brings: everything after it runs there, whatever Node the machine has. */
export const NODE_24 = join(ROOT, "node_modules/.bin/node");

const OLDEST_NODE = 20;
const STAMP = join(ROOT, "node_modules/.installed");
/** @type {readonly NodeJS.Signals[]} */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"];
const INSTALL = ["-y", "pnpm@12", "install", "--frozen-lockfile"];

/** Installs what the lockfile says, unless that is already done. Exits with 1, and what to do, if it cannot. */
export function install() {
  if (Number(process.versions.node.split(".")[0]) < OLDEST_NODE) {
    fail(
      `This is Node ${process.versions.node}; Node ${OLDEST_NODE} or newer is needed. Install it, then run the same command again.`,
    );
  }
  const wanted = manifestsHash();
  if (existsSync(STAMP) && existsSync(NODE_24) && readFileSync(STAMP, "utf8") === wanted) return;
  console.log(`Installing: npx ${INSTALL.join(" ")}`);
  const { status, error } = spawnSync("npx", INSTALL, { cwd: ROOT, env: cleanEnvironment(), stdio: "inherit" });
  if (status !== 0 || !existsSync(NODE_24)) {
    const why = error?.message ?? (status === 0 ? "Node 24 is not among what it installed" : `it ended with status ${status}`);
    fail(`The install failed: ${why}. Check the network and the lines above, then run the same command again.`);
  }
  writeFileSync(STAMP, wanted);
}

/** Compiles and bundles the packages that a user runs. Exits with 1 if they do not compile. */
export async function build() {
  for (const step of [["node_modules/typescript/bin/tsc", "-b", "packages/core", "packages/cli"], ["scripts/build.mjs"]]) {
    if ((await runOnNode24(step)) !== 0) fail("The packages do not compile: see the lines above.");
  }
}

/**
 * Runs a program of this repository on Node 24, in an environment without npm's own variables, and waits for its end.
 * Signals are passed on, so that the program can tidy up before we end.
 * @param {readonly string[]} args
 * @returns {Promise<number>} Its exit code, 128 + n if signal n ended it.
 */
export function runOnNode24(args) {
  const env = cleanEnvironment(join(ROOT, "node_modules/.bin"));
  const child = spawn(NODE_24, args, { cwd: ROOT, env, stdio: "inherit" });
  /** @param {NodeJS.Signals} signal */
  const passOn = (signal) => child.kill(signal);
  for (const signal of SIGNALS) process.on(signal, passOn);
  return new Promise((done, failed) => {
    child.once("error", failed);
    child.once("exit", (code, signal) => {
      for (const name of SIGNALS) process.off(name, passOn);
      done(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  });
}

/** Another lockfile, manifest or platform means another install. */
function manifestsHash() {
  const manifests = readdirSync(join(ROOT, "packages")).map((name) => `packages/${name}/package.json`);
  const hash = createHash("sha256").update(`${process.platform}-${process.arch}\n`);
  for (const name of ["package.json", "pnpm-lock.yaml", "pnpm-workspace.yaml", ...manifests]) {
    if (existsSync(join(ROOT, name))) hash.update(name).update(readFileSync(join(ROOT, name)));
  }
  return hash.digest("hex");
}

/**
 * @param {string} message
 * @returns {never}
 */
function fail(message) {
  console.error(message);
  process.exit(1);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  install();
  await build();
}
