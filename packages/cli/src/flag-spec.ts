/** One flag, as parsing, help, the environment and the configuration file see it. */
export interface FlagSpec {
  /** `list` may be repeated and may hold commas; `switch` takes no value; `choice` is one of `values`. */
  readonly kind: "text" | "list" | "count" | "switch" | "choice";
  /** What stands for the value in help. */
  readonly value?: string;
  readonly values?: readonly string[];
  /** The environment variable that gives the same value. */
  readonly env?: string;
  /** A key of the configuration file too. */
  readonly inFile: boolean;
  /** A path: in a configuration file it is relative to that file. */
  readonly isPath?: true;
  readonly short?: string;
  readonly summary: string;
  /** The default, in words, where help should name it. */
  readonly fallback?: string;
}
