// Sees to it that the named programs are on the PATH: `node scripts/debian-packages.mjs rsync pip3=python3-pip`, where `=` gives the
// Debian package if it has another name. What is missing is installed if we are root on Debian; otherwise this fails and says what to
// install.
import { spawnSync } from "node:child_process";

/** @param {string} program */
const isOnPath = (program) => spawnSync("sh", ["-c", 'command -v "$0"', program]).status === 0;

const wanted = process.argv.slice(2).map((argument) => {
  const [program = "", aptPackage = program] = argument.split("=");
  return { program, aptPackage };
});

/** The packages of the programs that are not there. */
const missingPackages = () => wanted.filter(({ program }) => !isOnPath(program)).map(({ aptPackage }) => aptPackage);

/** @param {readonly string[]} args */
function aptGet(args) {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  return spawnSync("apt-get", ["-qq", "-o", "DPkg::Lock::Timeout=120", ...args], { env, stdio: ["ignore", 2, 2] }).status === 0;
}

let missing = missingPackages();
if (missing.length > 0 && process.getuid?.() === 0 && isOnPath("apt-get")) {
  const install = ["install", "-y", "--no-install-recommends", ...missing];
  // A fresh machine has no lists yet; one that has them needs no update.
  if (!aptGet(install) && aptGet(["update"])) aptGet(install);
  missing = missingPackages();
}
if (missing.length > 0) {
  const list = missing.join(" ");
  console.error(`Not installed: ${list}. Install it first (on Debian: apt-get install ${list}), then run this again.`);
  process.exitCode = 1;
}
