import { type ErrorReport, makeRedactor } from "@agentfs-sync/core";
import { oneLine } from "./plain.ts";

/** Where texts go: standard output and standard error, or a test's list. */
export interface Streams {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

export interface PrinterOptions {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
  /** Standard output belongs to somebody else (the command of `run`): results for people go to standard error. */
  readonly resultsToErr?: boolean;
}

/** Everything that we print goes through here, so that no token gets out. */
export interface Printer {
  readonly json: boolean;
  /** Replaces a token by *** from now on. */
  hide(secret: string | null): void;
  /** A line of the result, for people; nothing with --json or --quiet. */
  result(line: string): void;
  /** What is going on, on standard error; nothing with --quiet. */
  note(line: string): void;
  /** Every step, on standard error, with --verbose only. */
  detail(line: string): void;
  /** What, why and what next, on standard error, in a form that stays the same. */
  error(error: ErrorReport, agent?: string): void;
  /** A line of ours that the CI reads, not a person; on standard error, nothing with --quiet. */
  marker(line: string): void;
  /** A text without the secrets, for a file. */
  clean(text: string): string;
  /** The one object of --json, as one line. */
  object(value: object): void;
  /** A text of ours as it is: help. */
  text(text: string): void;
}

export function makePrinter(options: PrinterOptions, streams: Streams): Printer {
  const secrets: (string | null)[] = [];
  let redact = makeRedactor(secrets);
  const out = (line: string): void => streams.out(`${redact(line)}\n`);
  const err = (line: string): void => streams.err(`${redact(line)}\n`);
  return {
    json: options.json,
    hide(secret) {
      secrets.push(secret);
      redact = makeRedactor(secrets);
    },
    result(line) {
      if (options.json || options.quiet) return;
      (options.resultsToErr === true ? err : out)(oneLine(line));
    },
    note(line) {
      if (!options.quiet) err(oneLine(line));
    },
    detail(line) {
      if (options.verbose) err(oneLine(line));
    },
    error({ code, message, hint }, agent) {
      err(`error[${code}]: ${agent === undefined ? "" : `${agent}: `}${oneLine(message)}\n  hint: ${oneLine(hint)}`);
    },
    marker(line) {
      if (!options.quiet) err(line);
    },
    clean: (text) => redact(text),
    object: (value) => out(JSON.stringify(value)),
    text: (text) => streams.out(redact(text)),
  };
}
