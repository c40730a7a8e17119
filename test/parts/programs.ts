import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of the whole workspace. */
export const REPOSITORY = fileURLToPath(new URL("../..", import.meta.url));

const requireHere = createRequire(import.meta.url);
const EXE = process.platform === "win32" ? ".exe" : "";

/** Node 24, which the workspace installs as a package: what the built programs and TypeScript children run on. */
export function nodePath(): string {
  return found(join(dirname(requireHere.resolve("node/package.json")), "bin", `node${EXE}`), "node");
}

/** The oldest Node.js that the packages run on, by their `engines`. */
export function oldestNodePath(): string {
  return found(join(dirname(requireHere.resolve("node-22/package.json")), "bin", `node${EXE}`), "node-22");
}

/** The real `tursodb` program itself, not the npm shim around it: signals must reach it. */
export function tursodbPath(): string {
  const libc = process.platform === "linux" ? "-gnu" : process.platform === "win32" ? "-msvc" : "";
  const platformPackage = `@tursodatabase/cli-${process.platform}-${process.arch}${libc}`;
  const besideTurso = createRequire(requireHere.resolve("turso/package.json"));
  return found(join(dirname(besideTurso.resolve(`${platformPackage}/package.json`)), `tursodb${EXE}`), "turso");
}

/** The built command. */
export function cliPath(): string {
  const main = join(REPOSITORY, "packages", "cli", "dist", "main.js");
  if (!existsSync(main)) throw new Error(`${main} is not built: run \`npm run build\` first`);
  return main;
}

function found(path: string, packageName: string): string {
  if (!existsSync(path)) throw new Error(`${path} is missing: install the workspace again (package ${packageName})`);
  return path;
}
