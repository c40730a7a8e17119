#!/usr/bin/env node
import { hideSqliteWarning, supportsNode } from "./start.ts";

// Nothing that needs node:sqlite may be imported before the version is known.
if (supportsNode(process.versions.node)) {
  hideSqliteWarning(process);
  const { runProgram } = await import("./program.ts");
  const { standardStreams } = await import("./output/standard-streams.ts");
  process.exitCode = await runProgram(process.argv.slice(2), process.env, standardStreams());
} else {
  process.stderr.write(
    `error[usage]: agentfs-sync needs Node.js 22.16 or newer; this is ${process.versions.node}.\n  hint: Install a newer Node.js, or put it first in the PATH.\n`,
  );
  process.exitCode = 2;
}
