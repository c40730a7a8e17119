import type { Invocation } from "./args/invocation.ts";
import type { Environment, Settings } from "./args/settings.ts";
import type { Printer } from "./output/printer.ts";

/** What every command gets. */
export interface Context {
  readonly invocation: Invocation;
  readonly settings: Settings;
  readonly env: Environment;
  readonly printer: Printer;
  /** Names of the secret variables that others can read in what this process was started with. */
  readonly shown: readonly string[];
}
