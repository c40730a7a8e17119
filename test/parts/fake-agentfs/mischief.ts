import { writeSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { RECORDED_VERSION } from "../transcripts.ts";
import { Ended } from "./says.ts";

/**
 * What FAKE_AGENTFS lets the program do instead of its work:
 * `hang` says nothing for ever, `stubborn` neither and takes no SIGTERM, `slow:MS` works later, `killed:SIGNAL` ends itself by a
 * signal, `junk` writes what is no answer, `says:TEXT` fails with that text, `version:X` has another version, `other` is another program.
 * After `@`, only for that command: `hang@pull`.
 */
export async function misbehave(argv: readonly string[]): Promise<void> {
  const [mischief = "", only] = (process.env.FAKE_AGENTFS ?? "").split("@");
  if (only !== undefined && !argv.includes(only)) return;
  const [kind, ...rest] = mischief.split(":");
  const value = rest.join(":");
  switch (kind) {
    case "stubborn":
      process.on("SIGTERM", () => undefined);
      return hang();
    case "hang":
      return hang();
    case "slow":
      return sleep(Number(value));
    case "killed":
      process.kill(process.pid, value as NodeJS.Signals);
      return hang();
    case "junk":
      writeSync(1, "\u0000\u001b[31m<<< not what was asked for >>>\n");
      return process.exit(0);
    case "says":
      throw Ended.failed(value.replaceAll("<token>", process.env.TURSO_DB_AUTH_TOKEN ?? ""));
    case "other":
      writeSync(1, "git version 2.43.0\n");
      return process.exit(0);
    default:
      return;
  }
}

export function version(): string {
  const [kind, value = RECORDED_VERSION] = (process.env.FAKE_AGENTFS ?? "").split(":");
  return kind === "version" ? value : RECORDED_VERSION;
}

function hang(): Promise<never> {
  setInterval(() => undefined, 2 ** 30);
  return new Promise(() => undefined);
}
