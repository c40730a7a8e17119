// `npm run chaos -- --runs 100 --seed 7 --jobs 3`: installs, builds, then lets jobs and faults loose on real servers (test/chaos/main.ts).
import { build, install, runOnNode24 } from "./setup.mjs";

install();
await build();
process.exitCode = await runOnNode24(["test/chaos/main.ts", ...process.argv.slice(2)]);
