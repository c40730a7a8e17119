import type { Environment } from "../args/settings.ts";
import { isSecretVariable } from "./secret-variables.ts";

interface TakenEnvironment {
  /** All variables as they were handed to us. */
  readonly env: Environment;
  /** The secret ones that others can still read in `/proc/<pid>/environ` or with `ps`; none on Linux. */
  readonly shown: readonly string[];
}

/**
 * Takes the environment over, and the secrets out of the place where every program of the same user can read them: Linux shows the
 * memory in which a process was handed its variables, whatever it does with them later. So it is overwritten there. To start anew
 * without them would cost the start of a second Node.js, and hand the secret through one more place.
 */
export function takeEnvironment(source: NodeJS.ProcessEnv): TakenEnvironment {
  const env = { ...source };
  const names = Object.keys(env).filter((name) => isSecretVariable(name) && env[name] !== "");
  if (names.length === 0) return { env, shown: names };
  for (const name of names) delete source[name];
  return { env, shown: overwrite(names) ? [] : names };
}

/** Whether it worked: elsewhere than on Linux, and where `/proc` is not as Linux has it, nothing is changed. */
function overwrite(names: readonly string[]): boolean {
  if (process.platform !== "linux") return false;
  // Not imported: `--version` loads no module of Node.js.
  const { closeSync, openSync, readFileSync, readSync, writeSync } = process.getBuiltinModule("node:fs");
  let memory: number | undefined;
  try {
    const { start, sizeBytes } = whereItIs(readFileSync("/proc/self/stat", "latin1"));
    memory = openSync("/proc/self/mem", "r+");
    const bytes = Buffer.alloc(sizeBytes);
    readSync(memory, bytes, 0, sizeBytes, start);
    for (const { at, length } of valuesOf(names, bytes)) writeSync(memory, Buffer.alloc(length), 0, length, start + at);
    return valuesOf(names, readFileSync("/proc/self/environ")).length === 0;
  } catch {
    return false;
  } finally {
    if (memory !== undefined) closeSync(memory);
  }
}

/** `env_start` and `env_end`, the fields 50 and 51 (proc_pid_stat(5)); the second field, a name, may hold spaces and brackets. */
function whereItIs(stat: string): { readonly start: number; readonly sizeBytes: number } {
  const fromThird = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [start = Number.NaN, end = Number.NaN] = fromThird.slice(47, 49).map(Number);
  return { start, sizeBytes: end - start };
}

/** The places of the values in a block of `NAME=value\0`. A name may be there twice. */
function valuesOf(names: readonly string[], block: Buffer): readonly { readonly at: number; readonly length: number }[] {
  const values = [];
  for (let start = 0; start < block.length; ) {
    const zero = block.indexOf(0, start);
    const end = zero === -1 ? block.length : zero;
    const equals = block.indexOf("=", start);
    const name = block.toString("utf8", start, equals);
    if (equals !== -1 && equals + 1 < end && names.includes(name)) values.push({ at: equals + 1, length: end - equals - 1 });
    start = end + 1;
  }
  return values;
}
