#!/usr/bin/env node
import { standardStreams } from "./output/standard-streams.ts";
import { runProgram } from "./program.ts";
import { takeEnvironment } from "./secrets/take-environment.ts";
import { hideSqliteWarning, supportsNode } from "./start.ts";

// None of these imports leads to node:sqlite, which an older Node.js has not: it is loaded for a command, when the version is known.
if (supportsNode(process.versions.node)) {
  const { env, shown } = takeEnvironment(process.env);
  hideSqliteWarning(process);
  process.exitCode = await runProgram(process.argv.slice(2), env, standardStreams(), shown);
} else {
  process.stderr.write(
    `error[usage]: agentfs-sync needs Node.js 22.16 or newer; this is ${process.versions.node}.\n  hint: Install a newer Node.js, or put it first in the PATH.\n`,
  );
  process.exitCode = 2;
}
