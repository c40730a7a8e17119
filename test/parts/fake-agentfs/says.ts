/** An end with a text on standard error. */
export class Ended extends Error {
  readonly exitCode: number;

  private constructor(exitCode: number, text: string) {
    super(text);
    this.exitCode = exitCode;
  }

  /** As the program's own errors end. */
  static failed(what: string): Ended {
    return new Ended(1, `Error: ${what}\n`);
  }

  /** As its argument parser ends. */
  static usage(text: string): Ended {
    return new Ended(2, text);
  }
}

/** What the program says of an error of its engine, without what only the engine's library for Node adds. */
export function engineFailed(thrown: unknown): Ended {
  const said = thrown instanceof Error ? thrown.message : String(thrown);
  return Ended.failed(`database error: ${said.replace(/^failed to open database .*?: (Corrupt database: )?/, "")}`);
}
