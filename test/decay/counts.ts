/** What one command cost, in things that can be counted: the same on every machine, however much else that has to do. */
export interface Counts {
  readonly requests: number;
  /** How many of the requests waited for one another. */
  readonly roundTrips: number;
  readonly sqlSent: number;
  /** Over the wire, heads included. */
  readonly sentBytes: number;
  readonly receivedBytes: number;
  /** Files opened, a copied one as two, a database as one. */
  readonly filesOpened: number;
  /** From and to files, by us or by SQLite. */
  readonly readBytes: number;
  readonly writtenBytes: number;
  readonly sqlRun: number;
  /** The longest list of rows that SQLite was asked for at once; what a loop over rows keeps is not seen. */
  readonly rowsHeld: number;
}

export const COUNT_NAMES: Readonly<Record<keyof Counts, string>> = {
  requests: "requests",
  roundTrips: "requests one after the other",
  sqlSent: "SQL statements sent",
  sentBytes: "bytes sent",
  receivedBytes: "bytes received",
  filesOpened: "files opened",
  readBytes: "bytes read from files",
  writtenBytes: "bytes written to files",
  sqlRun: "SQL statements run here",
  rowsHeld: "rows held at once",
};

/** The counts of one command, and of what there were so many: a count that grew is explained by it. */
export interface Counted {
  readonly counts: Counts;
  /** Size of the database when it was done; of several, of all together. */
  readonly databaseBytes: number;
  /** What each was for. */
  readonly requests: readonly string[];
  /** Below the agent's folder, in their order. */
  readonly opened: readonly string[];
}
