// Machines C and D: the same program on two parts of the work, at the same time.
import { once } from "node:events";
import { openWithDiary } from "./diary.mjs";

const [, , diaryPath = "", part = ""] = process.argv;
const { agent, writeFile, setKey, callTool, close } = await openWithDiary(diaryPath);

const seen = await agent.fs.readdir("/reports");
console.log(`starts on "${part}"; /reports holds ${seen.join(", ")}`);
// Both have pulled when both have said this; only then does either of them write.
console.log("waits for the other job to be as far");
await once(process.stdin, "data");
process.stdin.destroy();

await agent.fs.mkdir(`/reports/${part}`);
await callTool("bisect", { part }, { commit: `${part}-4f2a` });
await writeFile(`/reports/${part}/summary.md`, `# ${part}\nThe cause is in ${part}: the day is taken from local time.\n`);
await writeFile(`/reports/${part}/trace.bin`, Buffer.from(Array.from({ length: 20_000 }, (_, i) => (i * part.length) % 251)));
await writeFile(`/summary-of-${part}.txt`, `${part}: done\n`);
await setKey(`result:${part}`, { part, done: true });
await close();
