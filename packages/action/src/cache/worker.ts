import { restoreCache, saveCache } from "@actions/cache";
import type { CacheAnswer, CacheRequest } from "./requests.ts";

/*
 * A process of its own, in an empty folder: `@actions/cache` is large, unpacks what strangers may have packed into the current folder,
 * retries for half a minute when the service is out, and prints what it likes. The parent decides how much of that it wants.
 */

async function answer({ op, file, key, prefixes }: CacheRequest): Promise<CacheAnswer> {
  if (op === "save") return { key: (await saveCache([file], key)) === -1 ? null : key };
  const found = await restoreCache([file], key, [...prefixes], { lookupOnly: op === "look-up" });
  return { key: found ?? null };
}

process.once("message", async (requests: readonly CacheRequest[]) => {
  const answers: CacheAnswer[] = [];
  for (const request of requests) answers.push(await answer(request));
  process.send?.(answers, () => process.disconnect());
});
