import type { RunReport } from "@agentfs-sync/core";

/** Pushes that are made while the command runs. */
export interface PushesMeanwhile {
  /** No more of them; settles with the results when the one that is under way has ended. */
  stop(): Promise<readonly RunReport[]>;
}

export const NO_PUSHES: PushesMeanwhile = { stop: async () => [] };

/** Pushes again and again, with a pause after each: never two at once. What becomes of one does not stop the next. */
export function pushEvery(pauseMs: number, push: () => Promise<RunReport>): PushesMeanwhile {
  const reports: RunReport[] = [];
  let isStopped = false;
  let timer: NodeJS.Timeout | undefined;
  let underWay: Promise<void> = Promise.resolve();
  const pushOnce = async (): Promise<void> => {
    reports.push(await push());
    if (!isStopped) wait();
  };
  const wait = (): void => {
    timer = setTimeout(() => {
      underWay = pushOnce();
    }, pauseMs);
  };
  wait();
  return {
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await underWay;
      return reports;
    },
  };
}
