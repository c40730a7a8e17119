import { SyncError } from "../../errors.ts";
import { execute, type Statement } from "../../remote/pipeline.ts";
import { retrying } from "../../remote/retry.ts";
import type { Base } from "../../replica/base.ts";
import { forgetReservation, readReservation } from "../../replica/reservation.ts";
import { Database, hasTable } from "../../replica/sqlite.ts";
import type { AgentContext } from "../context.ts";
import { sendTransaction } from "./send.ts";

interface Held {
  readonly id: string;
  readonly firstInode: bigint;
  readonly lastInode: bigint;
}

/**
 * Revokes reservations whose lease is over, and one that an earlier push of this folder left. Asks only if the base shows one that looks
 * so; whether it is, the server's clock says.
 * @throws SyncError `remote-error`, and as requests do
 */
export async function sweep(context: AgentContext, base: Base): Promise<void> {
  const own = await readReservation(context.paths);
  if (own === null && !hasOld(base)) return;
  for (const held of await abandoned(context, own)) {
    await revoke(context, held, own === held.id);
    context.io.verbose(`${context.target.agent}: cleared away what a push that did not finish had staged (${held.id})`);
  }
  await forgetReservation(context.paths);
}

function hasOld({ path }: Base): boolean {
  using db = Database.openImmutable(path);
  if (!hasTable(db, "agentfs_sync_reservation")) return false;
  const nowSeconds = BigInt(Math.floor(Date.now() / 1000));
  return db.get("SELECT 1 FROM agentfs_sync_reservation WHERE lease_until < ?", nowSeconds) !== undefined;
}

async function abandoned({ remote }: AgentContext, own: string | null): Promise<readonly Held[]> {
  const sql = "SELECT id, first_inode, last_inode FROM agentfs_sync_reservation WHERE lease_until < unixepoch() OR id = ?";
  const [result] = await retrying(remote, "always", () => execute(remote, [{ sql, args: [own ?? ""] }]));
  if (result?.ok === true) {
    return result.rows.flatMap(([id, firstInode, lastInode]) =>
      typeof firstInode === "bigint" && typeof lastInode === "bigint" ? [{ id: String(id), firstInode, lastInode }] : [],
    );
  }
  const message = result?.message ?? "no result";
  if (message.includes("no such table")) return [];
  throw new SyncError("remote-error", `${remote.url} could not say what is reserved: ${message}.`);
}

/** One transaction: who held it can stage and commit nothing under it afterwards, so what is deleted stays so. */
export async function revoke(context: AgentContext, { id, firstInode, lastInode }: Held, isOurs: boolean): Promise<void> {
  const condition = isOurs ? "" : " AND lease_until < unixepoch()";
  const isRevoked = "EXISTS (SELECT 1 FROM agentfs_sync_reservation WHERE id = ? AND state = 'revoked')";
  const statements: readonly Statement[] = [
    { sql: `UPDATE agentfs_sync_reservation SET state = 'revoked' WHERE id = ?${condition}`, args: [id] },
    {
      sql: `DELETE FROM fs_data WHERE ino BETWEEN ? AND ? AND ino NOT IN (SELECT ino FROM fs_inode) AND ${isRevoked}`,
      args: [firstInode, lastInode, id],
    },
    { sql: `DELETE FROM agentfs_sync_stage WHERE reservation = ? AND ${isRevoked}`, args: [id, id] },
    { sql: "DELETE FROM agentfs_sync_reservation WHERE id = ? AND state = 'revoked'", args: [id] },
  ];
  const sent = await sendTransaction(context, statements);
  if (!sent.done) throw new SyncError("remote-error", `${context.remote.url} could not revoke a reservation: ${sent.message}.`);
}
