import type { Conflict } from "../../packages/core/src/report/types.ts";
import type { AgentOp } from "../parts/agent.ts";
import { brief } from "./canonical.ts";
import type { ExpectedConflict } from "./oracle/notebook.ts";

/** What happened in a run, line by line, for whoever has to understand why it failed. */
export class Story {
  readonly #lines: string[] = [];

  tell(line: string): void {
    this.#lines.push(line);
  }

  operation(writer: number, { op, ...rest }: AgentOp): void {
    const shown = Object.entries(rest).map(([name, value]) => {
      if (name === "base64") return brief(Buffer.from(String(value), "base64").toString("latin1"));
      return typeof value === "object" ? JSON.stringify(value) : String(value);
    });
    this.tell(`${writer}: ${op} ${shown.join(" ")}`);
  }

  conflicts(expected: readonly ExpectedConflict[], reported: readonly Conflict[]): void {
    for (const one of expected) this.tell(`   expected ${expectedLine(one)}`);
    for (const one of reported) this.tell(`   reported ${reportedLine(one)}`);
  }

  /** Does something; an error gets the story. */
  during(action: () => void): void {
    try {
      action();
    } catch (error) {
      throw this.#told(error);
    }
  }

  async duringAsync(action: () => Promise<void>): Promise<void> {
    try {
      await action();
    } catch (error) {
      throw this.#told(error);
    }
  }

  #told(error: unknown): Error {
    const message = error instanceof Error ? error.message : String(error);
    return new Error(`${this.#lines.join("\n")}\n${message}`, { cause: error });
  }
}

export const expectedLine = ({ row, kind, paths, ours, theirs, optional }: ExpectedConflict) =>
  `${row}${optional ? "?" : ""} ${kind} ${paths.join(" or ")}: ${ours.join("|")} here, ${theirs.join("|")} there`;

export const reportedLine = ({ kind, path, ours, theirs, resolution, oursAt, theirsAt }: Conflict) =>
  `${kind} ${path}: ${ours} here, ${theirs} there; ${resolution}, ours ${oursAt ?? "-"}, theirs ${theirsAt ?? "-"}`;
