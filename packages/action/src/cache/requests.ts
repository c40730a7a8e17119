/** What is asked of the cache. An entry is one file, by its name alone: where it lies differs from one machine to the next. */
export interface CacheRequest {
  readonly op: "restore" | "look-up" | "save";
  readonly file: string;
  readonly key: string;
  /** If there is nothing under the key itself: the newest one whose key begins so. */
  readonly prefixes: readonly string[];
}

/** The key of what was found or saved; null for nothing. */
export interface CacheAnswer {
  readonly key: string | null;
}
