// `npm test`: installs, then runs every check and every test on Node 24 (scripts/checks/main.ts).
import { install, runOnNode24 } from "./setup.mjs";

install();
process.exitCode = await runOnNode24(["scripts/checks/main.ts", ...process.argv.slice(2)]);
