import { SyncError } from "../errors.ts";

/** @param what what is wrong with it, e.g. `it is cut` */
export function damaged(file: string, what: string, cause?: unknown): SyncError {
  return new SyncError("rescue-damaged", `${file} is no rescue bundle that can be used: ${what}.`, { cause });
}
