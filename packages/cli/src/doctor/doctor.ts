import {
  type Check,
  checker,
  checkFolder,
  checkKept,
  checkRemote,
  type ErrorCode,
  parseConfig,
  type RunConfig,
  worstExitCode,
} from "@agentfs-sync/core";
import type { Context } from "../context.ts";
import { watchInterrupts } from "../interrupts.ts";
import type { Printer } from "../output/printer.ts";
import { abortOnInterrupt } from "../sync.ts";
import { checkCi } from "./check-ci.ts";
import { checkAgentfs, checkVersions } from "./check-programs.ts";
import { checkToken } from "./check-token.ts";

/** A server that does not answer must not keep anybody waiting for the two minutes of a push. */
const LONGEST_MS = 10_000;

/** The one object of `doctor --json`. */
interface DoctorReport {
  readonly version: 1;
  readonly command: "doctor";
  readonly ok: boolean;
  readonly exitCode: number;
  readonly checks: readonly Check[];
}

/** Looks at everything a sync needs, changes nothing, and says what to do about what is wrong. */
export async function doctor({ settings, env, printer, shown }: Context): Promise<number> {
  using interrupts = watchInterrupts();
  const signal = abortOnInterrupt(interrupts, printer);
  const checks: Check[] = [];
  const add = (more: readonly Check[]): void => {
    checks.push(...more);
    for (const check of more) print(printer, check);
  };
  add(checkVersions());
  add(await checkAgentfs(env));
  add([checkCi(env)]);
  add(checkToken(settings, shown));
  const config = configOf(settings.config, add);
  if (config !== null) {
    add(
      await checkFolder(
        config.directory,
        config.agents.map(({ agent }) => agent),
      ),
    );
    const timeoutMs = Math.min(config.timeoutMs, LONGEST_MS);
    for (const target of config.agents) {
      add(await checkKept(config.directory, target));
      add(await checkRemote(target, { authToken: config.authToken, timeoutMs, signal }));
    }
  }
  const exitCode = worstExitCode(checks.map(({ code }): ErrorCode | null => code));
  if (printer.json)
    printer.object({ version: 1, command: "doctor", ok: exitCode === 0, exitCode, checks } satisfies DoctorReport);
  return exitCode;
}

function configOf(input: Context["settings"]["config"], add: (checks: readonly Check[]) => void): RunConfig | null {
  const check = checker("configuration");
  try {
    const config = parseConfig(input);
    add([check.ok(config.agents.map(({ agent, remoteUrl }) => `${agent} at ${remoteUrl}`).join(", "))]);
    return config;
  } catch (thrown) {
    add([check.failed(thrown)]);
    return null;
  }
}

const COLOURS = { ok: "green", warning: "yellow", failed: "red", skipped: "dim" } as const;

function print(printer: Printer, { name, agent, outcome, message, hint }: Check): void {
  const who = agent === null ? name : `${agent}, ${name}`;
  printer.result(` ${who}: ${message}`, { text: outcome.padEnd(8), colour: COLOURS[outcome] });
  if (hint !== null) printer.result(`         what to do: ${hint}`);
}
