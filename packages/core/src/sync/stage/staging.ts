import type { Changeset } from "../../agentfs/changeset.ts";
import type { Plan, Reservation } from "../../agentfs/merge/types.ts";
import type { Base } from "../../replica/base.ts";
import { forgetReservation } from "../../replica/reservation.ts";
import type { Database } from "../../replica/sqlite.ts";
import { ContentHashes } from "../content-rows.ts";
import type { AgentContext } from "../context.ts";
import { progress } from "../progress.ts";
import { expectedStage, reserve } from "./reserve.ts";
import { hasLargeContent, isLarge, sizeOfPlan } from "./size.ts";
import type { Stage } from "./stage.ts";
import { revoke } from "./sweep.ts";
import { upload } from "./upload.ts";

/** `ready`: the plan can be sent. `again`: numbers are reserved now, plan with them. `lost`: revoked, or the remote is another one. */
export type Prepared = "ready" | "again" | "lost";

/** What one push stages, over all its plans. */
export class Staging {
  readonly hashes = new ContentHashes();
  readonly #context: AgentContext;
  readonly #changeset: Changeset;
  #stage: Stage | null = null;

  constructor(context: AgentContext, changeset: Changeset) {
    this.#context = context;
    this.#changeset = changeset;
  }

  get stage(): Stage | null {
    return this.#stage;
  }

  get reservation(): Reservation | null {
    return this.#stage?.reservation ?? null;
  }

  /** What a push that will have to stage gets reserved if nobody is quicker: a plan with these numbers need not be made again. */
  expected(base: Base): Stage | null {
    return this.#stage === null && hasLargeContent(this.#changeset) ? expectedStage(base, this.#changeset) : null;
  }

  /**
   * Stages what the plan needs, if it is too much for a commit. `expected` is what the plan was made with, if nothing was reserved yet.
   * @throws what `reserve` and `upload` throw
   */
  async prepare(plan: Plan, base: Base, pushId: string, source: Database, expected: Stage | null): Promise<Prepared> {
    const held = this.#stage;
    if (held === null && !isLarge(plan, this.#changeset)) return expected === null ? "ready" : "again";
    const stage = held ?? (await reserve(this.#context, pushId, base, this.#changeset, plan, expected));
    if (stage === null) return "lost";
    this.#stage = stage;
    const totalBytes = sizeOfPlan(plan, this.#changeset);
    const say = (sentBytes: number) => progress(this.#context, "sending", sentBytes, totalBytes);
    const isPlannedFor = stage === held || stage === expected;
    if (await upload(this.#context, stage, plan, source, this.hashes, say)) return isPlannedFor ? "ready" : "again";
    this.#stage = null;
    return "lost";
  }

  /** Gives back what is reserved, with all that is staged: it cannot be used, or is not needed. */
  async giveUp(): Promise<void> {
    const stage = this.#stage;
    if (stage === null) return;
    this.#stage = null;
    const { first: firstInode, last: lastInode } = stage.ranges.inode;
    await revoke(this.#context, { id: stage.id, firstInode, lastInode }, true);
    await forgetReservation(this.#context.paths);
  }

  /** The commit has taken it. */
  async end(): Promise<void> {
    if (this.#stage !== null) await forgetReservation(this.#context.paths);
    this.#stage = null;
  }
}
