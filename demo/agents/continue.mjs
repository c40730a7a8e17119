// Machine B: another machine, another day. It goes on where A stopped, and fails if that is not there.
import { openWithDiary } from "./diary.mjs";

const [, , diaryPath = ""] = process.argv;
const { agent, writeFile, setKey, callTool, close } = await openWithDiary(diaryPath);

const plan = await agent.fs.readFile("/notes/plan.md", "utf8");
const task = await agent.kv.get("task");
const searches = await agent.tools.getByName("web_search");
console.log(`remembers "${task.title}", a plan of ${plan.trim().split("\n").length - 1} steps, ${searches.length} tool call`);
await agent.fs.mkdir("/reports");
await callTool("run_tests", { times: 50 }, { failed: 2 });
await writeFile("/notes/reproduced.md", "Fails twice in 50 runs, always after midnight UTC.\n");
await writeFile("/reports/index.md", "# Reports\nOne folder for each part of the work.\n");
await setKey("reproduced", true);
await close();
