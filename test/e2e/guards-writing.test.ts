import { describe, expect, it } from "vitest";
import type { AgentOp } from "../parts/agent.ts";
import { holdOpen } from "../parts/holder.ts";
import { machine, pulled } from "../parts/machine.ts";
import { startServer } from "../parts/server.ts";

const TIMEOUT_MS = 240_000;
const FILES = 40;

const contentOf = (index: number, round: number) => `${index}:${round};`.repeat(4000 + index * 10);

/** What the agent does without a pause: each file written new, then once more with other and longer content, keys and calls between. */
function work(index: number): AgentOp[] {
  return [
    { op: "writeFile", path: `/dir-${index % 5}/f${index}`, text: contentOf(index, 1) },
    { op: "kvSet", key: `k${index}`, value: contentOf(index, 1) },
    { op: "toolRecord", name: `c${index}`, startedAt: 1, completedAt: 2 },
    { op: "writeFile", path: `/dir-${index % 5}/f${index}`, text: contentOf(index, 2) },
  ];
}

describe("an agent that writes without a pause while pushes are made", () => {
  it(
    "I1, I4, I5: each push carries whole files only, and in the end everything is there once",
    async () => {
      const { url } = await startServer();
      const m = await machine(url, { timeoutSeconds: 60 });
      await m.ok("pull");
      const agent = await holdOpen(m.db);
      let isDone = false;
      const writing = (async () => {
        for (let index = 0; index < FILES; index++) for (const op of work(index)) await agent.do(op);
        isDone = true;
      })();
      let pushes = 0;
      while (!isDone) {
        const { error } = await m.run("push");
        if (error !== null) expect(error.code).toBe("working-copy-torn");
        else pushes++;
        const { files } = await pulled(url);
        for (const [path, base64] of Object.entries(files)) {
          const index = Number(/\d+$/.exec(path)?.[0]);
          const whole = ["", contentOf(index, 1), contentOf(index, 2)];
          expect(whole.includes(Buffer.from(base64, "base64").toString()), path).toBe(true);
        }
      }
      await writing;
      await agent.close();
      await m.ok("push");
      expect(pushes).toBeGreaterThan(0);
      const remote = await pulled(url);
      expect(remote).toEqual(await m.list());
      expect(Object.keys(remote.files)).toHaveLength(FILES);
      expect(remote.toolCalls).toHaveLength(FILES);
      expect((await m.ok("push")).push?.outcome).toBe("unchanged");
    },
    TIMEOUT_MS,
  );
});
