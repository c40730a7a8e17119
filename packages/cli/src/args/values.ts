import { SyncError } from "@agentfs-sync/core";
import { type FlagName, flagSpec } from "../flags.ts";

/** A value of a flag, an environment variable or a file, and the name to use in messages. */
interface Named {
  readonly flag: FlagName;
  /** E.g. `--agent`, `AGENTFS_SYNC_AGENT`, `the key "agent" of agentfs-sync.json`. */
  readonly from: string;
}

const wrong = ({ from }: Named, value: unknown, rule: string): SyncError =>
  new SyncError("config-invalid", `${capital(from)} is ${JSON.stringify(value)}, but must be ${rule}.`);

const capital = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;

/** The value of an environment variable as its flag's kind has it; undefined for an empty one, which CI systems set for "nothing". */
export function fromText(named: Named, text: string): string | boolean | readonly string[] | undefined {
  if (text.trim() === "") return undefined;
  const { kind } = flagSpec(named.flag);
  if (kind === "list") return [text];
  if (kind !== "switch") return text;
  if (["true", "1"].includes(text.trim().toLowerCase())) return true;
  if (["false", "0"].includes(text.trim().toLowerCase())) return false;
  throw wrong(named, text, "true or false");
}

/** The value of a key of the configuration file as its flag's kind has it. */
export function fromJson(named: Named, value: unknown): string | boolean | readonly string[] {
  const { kind } = flagSpec(named.flag);
  if (kind === "switch") {
    if (typeof value === "boolean") return value;
    throw wrong(named, value, "true or false");
  }
  if (kind === "list") {
    const items: unknown[] = Array.isArray(value) ? value : [value];
    if (items.every((item) => typeof item === "string")) return items;
    throw wrong(named, value, "a text or a list of texts");
  }
  if (kind === "count") {
    if (typeof value === "number") return String(value);
    throw wrong(named, value, "a number");
  }
  if (typeof value === "string") return value;
  throw wrong(named, value, "a text");
}

/** A list's items: every value may hold several, separated by commas or line ends. */
export function splitList(values: readonly string[]): readonly string[] {
  return values
    .flatMap((value) => value.split(/[,\n]/))
    .map((item) => item.trim())
    .filter((item) => item !== "");
}

/** Checks a value against the flag's own list of choices. */
export function choose<T extends string>(flag: FlagName, choices: readonly T[], value: string | undefined, fallback: T): T {
  if (value === undefined) return fallback;
  const chosen = choices.find((choice) => choice === value);
  if (chosen === undefined) throw wrong({ flag, from: `--${flag}` }, value, `one of ${choices.join(", ")}`);
  return chosen;
}
