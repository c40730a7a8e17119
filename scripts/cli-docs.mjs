// Writes the part of docs/cli.md that is made from the tables of commands and flags: `node scripts/cli-docs.mjs`, on Node 24, after a build.
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { withReference } from "../packages/cli/src/reference.ts";

const PAGE = join(resolve(fileURLToPath(import.meta.url), "../.."), "docs/cli.md");

writeFileSync(PAGE, withReference(readFileSync(PAGE, "utf8")));
