/**
 * Does the fixed work and prints the bounds that hold what it costs now; `--write` pins them.
 *
 *     node_modules/.bin/node test/decay/main.ts [--write]
 */
import { parseArgs } from "node:util";
import { cleanUp } from "../parts/cleanup.ts";
import { asTable, boundsOf, writeBounds } from "./bounds.ts";
import { doFixedWork } from "./work.ts";

const { values: options } = parseArgs({ options: { write: { type: "boolean" } } });

try {
  const bounds = boundsOf(await doFixedWork());
  if (options.write === true) writeBounds(bounds);
  else process.stdout.write(asTable(bounds));
} finally {
  await cleanUp();
}
