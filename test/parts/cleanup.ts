/** Undoes what a test file or the benchmark started: servers, proxies, folders. */
type Undo = () => void | Promise<void>;

const undos: Undo[] = [];

/** Registers something to be undone after the test file, last registered first. Outside vitest, call `cleanUp` yourself. */
export function onCleanUp(undo: Undo): void {
  undos.push(undo);
}

/** Runs everything registered so far, all of it even if one fails, and then reports the failures. */
export async function cleanUp(): Promise<void> {
  const failures: unknown[] = [];
  for (let undo = undos.pop(); undo !== undefined; undo = undos.pop()) {
    try {
      await undo();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, "Cleaning up after the test file failed");
}

if (process.env.VITEST !== undefined) {
  // Here and not in `onCleanUp`: vitest takes hooks while it collects a file, not inside a running test.
  const { afterAll } = await import("vitest");
  afterAll(cleanUp);
}
