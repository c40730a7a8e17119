// Builds what is published, beside the declarations that `tsc -b` writes: packages/core/dist and packages/cli/dist.
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { bundle, writeFiles } from "./bundle.mjs";

const ROOT = resolve(fileURLToPath(import.meta.url), "../..");

/** The `engines` of both packages. */
const OLDEST_NODE = "22.16";

/** With what it uses of zod, which is a fifth of it: zod by itself is a hundred files. Its declarations still name zod's types. */
const CORE = {
  // The second one is what the SDK starts as a process of its own (packages/core/src/sdk/child/run-in-child.ts).
  entries: { index: "packages/core/src/index.ts", child: "packages/core/src/sdk/child/child.ts" },
  node: OLDEST_NODE,
  external: ["diff", "execa"],
};

const START_OF_CLI = [
  ...["commands", "failure", "flags", "program", "version"],
  ...[
    "args/invocation",
    "args/nearest",
    "args/unknown",
    "output/neutral",
    "output/plain",
    "output/printer",
    "output/standard-streams",
  ],
  ...["secrets/secret-variables", "secrets/take-environment"],
];
const START_OF_CORE = ["config/types", "errors", "report/build", "report/unseen", "secrets/redact"];

/**
 * What it takes to read the arguments, to refuse them and to say the version is one file, the work of all commands another one: each
 * file costs a millisecond, and most of the program is needed by neither `--version` nor `--help`. What a push needs is not loaded
 * later than the rest: the command of `run` may install another version of us, in the place of the files that we would load then.
 */
const CLI = {
  entries: { main: "packages/cli/src/main.ts" },
  node: OLDEST_NODE,
  callsBuiltins: true,
  groups: [
    {
      name: "start",
      test: new RegExp(
        `packages/(cli/(package.json|src/(${START_OF_CLI.join("|")}).ts)|core/src/(${START_OF_CORE.join("|")}).ts)$`,
      ),
    },
    { name: "engine", test: /packages\/(core|cli)\/src\/|node_modules\/zod\//, minShareCount: 2 },
  ],
};

for (const [name, options] of Object.entries({ core: CORE, cli: CLI })) {
  writeFiles(join(ROOT, "packages", name, "dist"), await bundle(options));
}
