import type { Environment } from "../args/settings.ts";

export type JobStatus = "success" | "failure" | "cancelled";

/** The variable that says how the job went so far, by its words or as an exit code. */
export type StatusVariable =
  | { readonly variable: string; readonly words: Readonly<Record<string, JobStatus>> }
  | { readonly variable: string; readonly words: "exit code" };

/** The lines that fold away what stands between them in the log. */
export interface Grouping {
  /** `id` is unlike any other one in the same log; `now` matters where the CI shows how long it took. */
  readonly start: (title: string, id: string, now: Date) => string;
  readonly end: (id: string, now: Date) => string;
  /** For the docs. */
  readonly shown: string;
}

/** One CI, as everything here sees it. */
export interface CiSystem {
  /** As it stands in the receipts on the remote. */
  readonly id: string;
  readonly title: string;
  /** Where what this row says comes from. */
  readonly source: string;
  /** It is this one if the variable is there and, unless null, holds this. */
  readonly marker: { readonly variable: string; readonly value: string | null };
  /** Null: the CI tells its jobs nothing of it. */
  readonly jobStatus: StatusVariable | null;
  /** Null: its logs fold by step. */
  readonly grouping: Grouping | null;
  /** What its logs hide. */
  readonly masking: string;
  /** Names of variables; `runUrl` is a text with names in braces. */
  readonly provenance: { readonly repository: string; readonly commit: string; readonly runUrl: string };
  /** When a run of it may carry what strangers wrote, in words and by its variables: it may only read then. */
  readonly strangers: string;
  readonly hasStrangers: (env: Environment) => boolean;
}
