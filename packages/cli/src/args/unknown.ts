import { SyncError } from "@agentfs-sync/core";
import { COMMAND_NAMES } from "../commands.ts";
import { FLAG_NAMES } from "../flags.ts";
import { nearest } from "./nearest.ts";

export function unknownCommand(word: string): SyncError {
  const meant = nearest(word, COMMAND_NAMES);
  return new SyncError("usage", `There is no command "${word}".${meant === null ? "" : ` Did you mean "${meant}"?`}`, {
    hint: `The commands are ${COMMAND_NAMES.join(", ")}; \`agentfs-sync --help\` shows them.`,
  });
}

/** `raw` is the flag as typed, without a value. */
export function unknownFlag(name: string, raw: string): SyncError {
  if (TAKES_A_TOKEN.includes(name)) {
    return new SyncError("usage", `There is no flag ${raw}: every user of this machine can read the arguments of a program.`, {
      hint: "Put the token into the environment variable TURSO_DB_AUTH_TOKEN, or name a file that holds it with --auth-token-file FILE.",
    });
  }
  const meant = nearest(name, FLAG_NAMES);
  return new SyncError("usage", `There is no flag ${raw}.${meant === null ? "" : ` Did you mean --${meant}?`}`);
}

const TAKES_A_TOKEN = ["auth-token", "token"];
