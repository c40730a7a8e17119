/** Leaves a transaction half-way in rollback mode: pages are in the file already, the journal is hot; then ends as by a crash. */
import { DatabaseSync } from "node:sqlite";

const db = new DatabaseSync(process.argv[2] ?? "");
db.exec("PRAGMA journal_mode = DELETE; PRAGMA cache_size = 4; PRAGMA cache_spill = 2");
db.exec("BEGIN IMMEDIATE");
const insert = db.prepare("INSERT INTO kv_store (key, value) VALUES (?, ?)");
for (let i = 0; i < 200; i++) insert.run(`half-way-${i}`, JSON.stringify("z".repeat(4000)));
process.kill(process.pid, "SIGKILL");
