// Machine A: the agent's first job. It starts with nothing.
import { openWithDiary } from "./diary.mjs";

const [, , diaryPath = ""] = process.argv;
const { agent, writeFile, setKey, callTool, close } = await openWithDiary(diaryPath);

const before = await agent.fs.readdir("/");
console.log(before.length === 0 ? "found an empty memory: a new agent" : `found ${before.join(", ")}`);
await agent.fs.mkdir("/notes");
await callTool("web_search", { query: "flaky test in checkout" }, { hits: 3 });
await writeFile("/notes/plan.md", "# Plan\n1. reproduce\n2. bisect\n3. fix\n");
await writeFile("/notes/sources.md", "- the nightly log of Monday\n- the test's own history\n");
await setKey("task", { title: "flaky checkout test", status: "planned" });
await close();
