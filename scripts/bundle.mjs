import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import { callBuiltins } from "./builtins.mjs";
import { licensesOf } from "./licenses.mjs";

const ROOT = resolve(fileURLToPath(import.meta.url), "../..");

/**
 * @typedef {object} Bundle
 * @property {Readonly<Record<string, string>>} entries A TypeScript file of this repository by the name of the file that is made of it.
 * @property {string} node The oldest Node.js that it runs on, e.g. "22.16".
 * @property {readonly string[]} [external] Packages that are installed beside it, and not part of it.
 * @property {boolean} [minify] For what is other people's and large: its stack traces name nothing of ours.
 * @property {boolean} [callsBuiltins] Whether it is a program, which asks Node.js for its modules when it runs: see builtins.mjs.
 * @property {boolean} [allEffects] Whether loading a module may do something by itself, as in packages that nobody has looked at.
 * @property {readonly { readonly name: string, readonly test: RegExp, readonly minShareCount?: number }[]} [groups] Files of several modules.
 */

/**
 * Files of JavaScript, by name, that need nothing else but what is external; and the licences of the packages in them. Not minified, unless it is said:
 * a stack trace in a bug report names our functions, and a smaller file starts no sooner.
 * @param {Bundle} bundle
 * @returns {Promise<ReadonlyMap<string, string>>}
 */
export async function bundle({
  entries,
  node,
  external = [],
  groups = [],
  minify = false,
  callsBuiltins = false,
  allEffects = false,
}) {
  const isEntry = new Set(Object.values(entries).map((entry) => join(ROOT, entry)));
  const build = await rolldown({
    cwd: ROOT,
    input: { ...entries },
    platform: "node",
    external: [...external],
    // Its sources, so that only what is used of them comes along.
    resolve: { alias: { "@agentfs-sync/core": join(ROOT, "packages/core/src/index.ts") } },
    transform: { target: `node${node}` },
    // No module but an entry does anything by being loaded: what nobody uses of `@actions/core` would bring an HTTP client along.
    treeshake: allEffects ? {} : { moduleSideEffects: (id) => isEntry.has(id) },
    plugins: callsBuiltins ? [{ name: "builtins", renderChunk: callBuiltins }] : [],
    onLog: (level, log) => {
      if (level === "warn") throw new Error(`rolldown: ${log.message}`);
    },
  });
  const { output } = await build.generate({
    format: "esm",
    comments: false,
    minify,
    entryFileNames: "[name].js",
    chunkFileNames: "[name].js",
    codeSplitting: { groups: groups.map((group) => ({ ...group })) },
  });
  const chunks = output.filter((file) => file.type === "chunk");
  const licenses = licensesOf(chunks.flatMap(({ moduleIds }) => moduleIds));
  const files = chunks.map(({ fileName, code }) => /** @type {const} */ ([fileName, code]));
  return new Map([...files, ...(licenses === "" ? [] : [/** @type {const} */ (["licenses.txt", licenses])])]);
}

/**
 * Makes these the only files of a folder. Those that are the same already are not touched: a program may be about to load them.
 * @param {string} folder
 * @param {ReadonlyMap<string, string>} files
 */
export function writeFiles(folder, files) {
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(folder)) if (!files.has(name)) rmSync(join(folder, name), { recursive: true });
  for (const [name, text] of files) if (differs(join(folder, name), text)) writeFileSync(join(folder, name), text);
}

/**
 * What would change in a folder if it got these files, one line a file.
 * @param {string} folder
 * @param {ReadonlyMap<string, string>} files
 */
export function differences(folder, files) {
  const there = existsSync(folder) ? readdirSync(folder) : [];
  return [...new Set([...there, ...files.keys()])].sort().flatMap((name) => {
    const text = files.get(name);
    if (text === undefined) return [`${name} does not belong there`];
    if (!there.includes(name)) return [`${name} is missing`];
    return differs(join(folder, name), text) ? [`${name} is not what its source gives`] : [];
  });
}

/**
 * @param {string} path
 * @param {string} text
 */
function differs(path, text) {
  return !existsSync(path) || readFileSync(path, "utf8") !== text;
}
