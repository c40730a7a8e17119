// Preloaded into each counted process: says at its end, as JSON on descriptor 3, what it did that the wire does not see. Nothing of
// the product is changed for it: what Node.js offers is wrapped before the first line of the program runs.
import { subscribe } from "node:diagnostics_channel";
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { dirname } from "node:path";
import sqlite from "node:sqlite";
import { pathToFileURL } from "node:url";

const { readFileSync, statSync, writeSync } = fs;

/** Paths, or `file:` URLs of them. @type {string[]} */
const opened = [];
let statements = 0;
let rowsHeld = 0;

/** @param {any} owner @param {readonly string[]} names @param {(args: any[], result: any) => void} then */
function after(owner, names, then) {
  for (const name of names) {
    const original = owner[name];
    owner[name] = function (/** @type {any[]} */ ...args) {
      const result = original.apply(this, args);
      then(args, result);
      return result;
    };
  }
}

const open = (/** @type {any[]} */ [path]) => {
  if (typeof path === "string" || path instanceof URL) opened.push(String(path));
};
// Streams open by `fs.open`.
after(fs, ["open", "openSync", "readFile", "readFileSync", "writeFile", "writeFileSync"], open);
after(fs.promises, ["open", "readFile", "writeFile"], open);
for (const owner of /** @type {any[]} */ ([fs, fs.promises])) {
  const { copyFile } = owner;
  owner.copyFile = (/** @type {any} */ from, /** @type {any} */ to, /** @type {any} */ mode, /** @type {any} */ then) => {
    opened.push(String(from), String(to));
    // A file system that shares blocks would copy without reading: no copy may hide there.
    return copyFile(from, to, typeof mode === "number" ? mode & ~fs.constants.COPYFILE_FICLONE : mode, then);
  };
}

sqlite.DatabaseSync = class extends sqlite.DatabaseSync {
  /** @param {ConstructorParameters<typeof sqlite.DatabaseSync>} args */
  constructor(...args) {
    super(...args);
    open(args);
  }
};
const run = () => {
  statements += 1;
};
after(sqlite.DatabaseSync.prototype, ["exec"], run);
after(sqlite.StatementSync.prototype, ["all", "get", "iterate", "run"], run);
after(sqlite.StatementSync.prototype, ["all"], (_, { length }) => {
  rowsHeld = Math.max(rowsHeld, length);
});
syncBuiltinESMExports();

/** Requests to one remote that waited for one another: what is sent before an answer has come waited for none. */
const trips = new Map();
const tripOf = new WeakMap();
const remoteOf = (/** @type {any} */ { host, path }) => host + path.replace(/\/(v2\/pipeline|pull-updates)$/, "");
subscribe("http.client.request.start", (/** @type {any} */ { request }) => {
  tripOf.set(request, (trips.get(remoteOf(request)) ?? 0) + 1);
});
subscribe("http.client.response.finish", (/** @type {any} */ { request }) => {
  const remote = remoteOf(request);
  trips.set(remote, Math.max(trips.get(remote) ?? 0, tripOf.get(request)));
});

/** Bytes that the process has read and written by system calls, SQLite's own and those of its connections among them (Linux). */
function readIo() {
  const io = readFileSync("/proc/self/io", "utf8");
  const of = (/** @type {string} */ name) => Number(new RegExp(`^${name}: (\\d+)$`, "m").exec(io)?.[1]);
  return { readBytes: of("rchar"), writtenBytes: of("wchar") };
}

const before = readIo();
opened.length = 0;

process.on("exit", () => {
  const { readBytes, writtenBytes } = readIo();
  // The program itself, which is read as it is loaded, is not its work.
  const program = pathToFileURL(`${dirname(fs.realpathSync(process.argv[1] ?? ""))}/`).href;
  const modules = new Set(opened.filter((path) => path.startsWith(program)));
  const moduleBytes = [...modules].reduce((sum, url) => sum + statSync(new URL(url)).size, 0);
  const report = {
    opened: opened.filter((path) => !modules.has(path)),
    readBytes: readBytes - before.readBytes - moduleBytes,
    writtenBytes: writtenBytes - before.writtenBytes,
    statements,
    rowsHeld,
    trips: Math.max(0, ...trips.values()),
  };
  writeSync(3, JSON.stringify(report));
});
