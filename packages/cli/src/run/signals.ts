import type { ChildProcess } from "node:child_process";
import { constants } from "node:os";
import { isatty } from "node:tty";

/**
 * What `run` does with a signal that reaches it while the command runs:
 * - `pass-on`: the command gets it too.
 * - `from-terminal`: the same, unless we have a terminal. A terminal sends it to its whole foreground group, the command included, and
 *   what is a second Ctrl-C to a program is often "at once".
 * - `leave`: as without us. A crash must stay one, and some are never ours to see.
 */
type Answer = "pass-on" | "from-terminal" | "leave";

/** Every signal that Node.js knows on Linux, macOS and Windows. */
const ANSWERS: Readonly<Record<NodeJS.Signals, Answer>> = {
  SIGINT: "from-terminal",
  SIGQUIT: "from-terminal",
  // At a terminal both of us stop, and both go on with the shell's `fg`; without one only the command stops: we must hear what follows.
  SIGTSTP: "from-terminal",
  SIGTTIN: "from-terminal",
  SIGTTOU: "from-terminal",
  SIGCONT: "from-terminal",
  SIGWINCH: "from-terminal",
  SIGTERM: "pass-on",
  SIGHUP: "pass-on",
  SIGUSR1: "pass-on",
  SIGUSR2: "pass-on",
  SIGALRM: "pass-on",
  SIGVTALRM: "pass-on",
  SIGPIPE: "pass-on",
  SIGIO: "pass-on",
  SIGPOLL: "pass-on",
  SIGURG: "pass-on",
  SIGPWR: "pass-on",
  SIGINFO: "pass-on",
  SIGSTKFLT: "pass-on",
  // Of a batch system or `ulimit`: the command may tidy up, and what it wrote is pushed.
  SIGXCPU: "pass-on",
  SIGXFSZ: "pass-on",
  SIGBREAK: "pass-on",
  SIGLOST: "pass-on",
  SIGUNUSED: "leave",
  SIGABRT: "leave",
  SIGIOT: "leave",
  SIGBUS: "leave",
  SIGFPE: "leave",
  SIGILL: "leave",
  SIGSEGV: "leave",
  SIGSYS: "leave",
  SIGTRAP: "leave",
  SIGPROF: "leave",
  SIGCHLD: "leave",
  SIGKILL: "leave",
  SIGSTOP: "leave",
};

/** The signals of this system that the command gets too, each by one of its names (SIGIO and SIGPOLL are one). */
export function passedOn(hasTerminal: boolean): readonly NodeJS.Signals[] {
  const byNumber = new Map<number, NodeJS.Signals>();
  for (const [name, number] of Object.entries(constants.signals) as [NodeJS.Signals, number][]) {
    const answer = ANSWERS[name];
    if (answer === "pass-on" || (answer === "from-terminal" && !hasTerminal)) byNumber.set(number, name);
  }
  return [...byNumber.values()];
}

/** Until the child's end it gets what we get; Ctrl-C and Ctrl-\ at a terminal end it alone. */
export function passSignalsOn(child: ChildProcess): Disposable {
  const hasTerminal = [0, 1, 2].some((descriptor) => isatty(descriptor));
  const listeners = new Map<NodeJS.Signals, () => void>();
  for (const name of passedOn(hasTerminal)) listeners.set(name, () => void child.kill(name));
  if (hasTerminal) for (const name of ["SIGINT", "SIGQUIT"] as const) listeners.set(name, () => undefined);
  for (const [name, listener] of listeners) process.on(name, listener);
  return {
    [Symbol.dispose]() {
      for (const [name, listener] of listeners) process.off(name, listener);
    },
  };
}
