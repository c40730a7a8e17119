// `npm run demo`: installs, builds, then tells the story of five machines on Node 24 (demo/main.ts).
import { build, install, runOnNode24 } from "./setup.mjs";

install();
await build();
process.exitCode = await runOnNode24(["demo/main.ts"]);
