import { type ErrorReport, makeRedactor } from "@agentfs-sync/core";
import { oneLine } from "./plain.ts";
import { CLEAR_LINE, type Colour, coloured } from "./style.ts";

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
  /** Which streams show colours. Default: none. */
  readonly colours?: { readonly out: boolean; readonly err: boolean };
  /** Standard error is a terminal on which a line can be written over. */
  readonly canRedraw?: boolean;
}

/** Everything that we print goes through here, so that no token gets out. */
export interface Printer {
  readonly json: boolean;
  /** Whether `status` shows anything. */
  readonly canRedraw: boolean;
  /** Replaces a token by *** from now on. */
  hide(secret: string | null): void;
  /** A line of the result, for people; nothing with --json or --quiet. Its `mark`, the beginning, may have a colour. */
  result(line: string, mark?: { readonly text: string; readonly colour: Colour }): void;
  /** What is going on, on standard error; nothing with --quiet. */
  note(line: string): void;
  /** Every step, on standard error, with --verbose only. */
  detail(line: string): void;
  /** A line on the terminal that the next one replaces, and anything printed removes; null removes it. Nothing with --quiet. */
  status(line: string | null): void;
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
  const { json, quiet, verbose, resultsToErr = false, colours = { out: false, err: false } } = options;
  const canRedraw = options.canRedraw === true && !quiet;
  const secrets: (string | null)[] = [];
  let redact = makeRedactor(secrets);
  let isStatusShown = false;

  const clearStatus = (): void => {
    if (isStatusShown) streams.err(CLEAR_LINE);
    isStatusShown = false;
  };
  const err = (line: string): void => {
    clearStatus();
    streams.err(`${redact(line)}\n`);
  };
  const out = (text: string): void => {
    clearStatus();
    streams.out(redact(text));
  };

  return {
    json,
    canRedraw,
    hide(secret) {
      secrets.push(secret);
      redact = makeRedactor(secrets);
    },
    result(line, mark) {
      if (json || quiet) return;
      const hasColour = resultsToErr ? colours.err : colours.out;
      const start = mark === undefined ? "" : hasColour ? coloured(mark.text, mark.colour) : mark.text;
      const whole = `${start}${oneLine(line)}`;
      if (resultsToErr) err(whole);
      else out(`${whole}\n`);
    },
    note(line) {
      if (!quiet) err(oneLine(line));
    },
    detail(line) {
      if (verbose) err(oneLine(line));
    },
    status(line) {
      if (!canRedraw) return;
      clearStatus();
      if (line === null) return;
      streams.err(redact(oneLine(line)));
      isStatusShown = true;
    },
    error({ code, message, hint }, agent) {
      const [mark, hintMark] = [`error[${code}]:`, "hint:"];
      const start = colours.err ? [coloured(mark, "red"), coloured(hintMark, "dim")] : [mark, hintMark];
      err(`${start[0]} ${agent === undefined ? "" : `${agent}: `}${oneLine(message)}\n  ${start[1]} ${oneLine(hint)}`);
    },
    marker(line) {
      if (!quiet) err(line);
    },
    clean: (text) => redact(text),
    object: (value) => out(`${JSON.stringify(value)}\n`),
    text: (text) => out(text),
  };
}
