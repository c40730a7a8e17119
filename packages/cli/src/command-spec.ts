import type { FlagName } from "./flags.ts";

/** One command, as parsing and help see it. */
export interface CommandSpec {
  /** What follows the program's and the command's name. */
  readonly usage: string;
  /** One line, for the list of commands. */
  readonly summary: string;
  /** What a user should know before the first run; one paragraph a line. */
  readonly about: readonly string[];
  readonly flags: readonly FlagName[];
  /** Whether `-- <command>` follows. */
  readonly takesCommand?: true;
  /** How many plain arguments it takes at most. */
  readonly maxArguments?: number;
  /** What its first argument may be, where it is one of a few words. */
  readonly words?: readonly string[];
  readonly examples: readonly string[];
}
