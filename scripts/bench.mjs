// `npm run bench`: installs, builds, then measures on Node 24 (bench/main.ts).
import { build, install, runOnNode24 } from "./setup.mjs";

install();
await build();
process.exitCode = await runOnNode24(["bench/main.ts", ...process.argv.slice(2)]);
