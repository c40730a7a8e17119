/** What is asked of the cache. An entry is one file, by its name alone: where it lies differs from one machine to the next. */
export interface CacheRequest {
  readonly op: "restore" | "look-up" | "save" | "check";
  readonly file: string;
  readonly key: string;
  /** If there is nothing under the key itself: the newest one whose key begins so. */
  readonly prefixes: readonly string[];
  /** Where the file is, or is to be; null to look up. */
  readonly folder: string | null;
  /** False: the first answer that the service is out is the last, instead of half a minute of retries. */
  readonly isPatient: boolean;
}

/** Asks whether entries can be unpacked here. */
export const CHECK: CacheRequest = { op: "check", file: "", key: "", prefixes: [], folder: null, isPatient: false };

/** `key` of what was found or saved, null for nothing; or why nothing is known. */
export type CacheResult = { readonly ok: true; readonly key: string | null } | { readonly ok: false; readonly why: string };

/** From the worker: what came of the request of that number. `isOut`: the service does not answer, and the worker has ended. */
export interface CacheAnswer {
  readonly id: number;
  readonly result: CacheResult;
  readonly isOut: boolean;
}
