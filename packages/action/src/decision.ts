import type { ReadyState, SavedState } from "./state.ts";

export type PushDecision = { readonly push: true; readonly state: ReadyState } | { readonly push: false; readonly why: string };

const no = (why: string): PushDecision => ({ push: false, why });

/** Whether the post step pushes: by what main reached, by what this run may do, by `push-on` and the job's status ("" if it is not known). */
export function decidePush(state: SavedState | null, jobStatus: string): PushDecision {
  if (state === null) return no("The main step never started its pull: nothing to push.");
  switch (state.phase) {
    case "started":
      return no("The main step ended in the middle of its pull, so what is on disk may be half of it: nothing is pushed.");
    case "failed":
      return no("The pull failed: nothing to push.");
    case "skipped":
      return no(state.why);
    case "ready":
      return decideReady(state, jobStatus);
  }
}

function decideReady(state: ReadyState, jobStatus: string): PushDecision {
  if (state.trust !== "trusted") return no("This run may only read: nothing is pushed.");
  if (state.pushOn === "never") return no("push-on is never: nothing is pushed.");
  if (state.pushOn === "success" && jobStatus !== "success") {
    return no(`push-on is success and the job's status is ${jobStatus || "not known"}: what it changed is not pushed.`);
  }
  return { push: true, state };
}
