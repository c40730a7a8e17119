import { promisify } from "node:util";

/**
 * An `import` of one of Node's own modules loads all that it offers, for the names that somebody may ask of it: of `node:fs` its streams, of
 * `node:crypto` the algorithms of tomorrow. That takes as long as the start of Node.js. A call takes what is named.
 */

/** What is slow to load even so, and not needed by every command, is loaded when one of its functions is called. */
const LATER = new Set(["node:child_process", "node:crypto", "node:zlib"]);

const IMPORT = /^import (.+) from "(node:[a-z0-9_/]+)";$/gm;

/**
 * Puts calls in the place of the imports of Node's own modules, in a file that rolldown has written.
 * @param {string} code
 */
export function callBuiltins(code) {
  const called = code.replace(IMPORT, (_, what, module) => callFor(String(what), String(module)));
  const left = /^import[^;]*"node:[^;]*;/m.exec(called);
  if (left !== null) throw new Error(`not understood: ${left[0]}`);
  return called;
}

/**
 * @param {string} what "a", "* as a", "{ a, b as c }" or "a, { b }"
 * @param {string} module
 */
function callFor(what, module) {
  const call = `process.getBuiltinModule("${module}")`;
  const parts = /^(?:(?:\* as )?([\w$]+))?(?:, )?(?:\{ (.*) \})?$/.exec(what);
  // A name that is left out would be missed when it is first used, which may be in one command alone.
  if (parts === null || /\bdefault\b/.test(what)) throw new Error(`not understood: import ${what} from "${module}"`);
  const [, whole, list] = parts;
  const names = (list?.split(", ") ?? []).map((item) => {
    const [name = "", as = name] = item.split(" as ");
    return { name, as };
  });
  const later = LATER.has(module) ? names.filter(({ name }) => isFunction(module, name)) : [];
  const now = names.filter((name) => !later.includes(name)).map(({ name, as }) => (name === as ? name : `${name}: ${as}`));
  return [
    ...(whole === undefined ? [] : [`const ${whole} = ${call};`]),
    ...(now.length === 0 ? [] : [`const { ${now.join(", ")} } = ${call};`]),
    ...later.map(({ name, as }) => `let ${as} = (...args) => (${as} = ${call}.${name})(...args);`),
  ].join("\n");
}

/**
 * Not a class, which is called otherwise, nor what `promisify` treats as something else than a function.
 * @param {string} module
 * @param {string} name
 */
function isFunction(module, name) {
  const builtin = /** @type {Record<string, unknown>} */ (process.getBuiltinModule(module));
  const value = builtin[name];
  return /^[a-z]/.test(name) && typeof value === "function" && !(promisify.custom in value);
}
