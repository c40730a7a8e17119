import { type FlagName, flagSpec } from "../flags.ts";

/** What may follow a flag: nothing, one of some words, a file, a folder, or anything. */
export type FlagValue =
  | { readonly kind: "none" | "file" | "folder" | "any" }
  | { readonly kind: "words"; readonly words: readonly string[] };

export function flagValue(name: FlagName): FlagValue {
  const { kind, value, values } = flagSpec(name);
  if (kind === "switch") return { kind: "none" };
  if (values !== undefined) return { kind: "words", words: values };
  if (value === "FILE") return { kind: "file" };
  return { kind: value === "DIR" ? "folder" : "any" };
}
