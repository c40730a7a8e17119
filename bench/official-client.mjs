// The official client as a command: `official-client.mjs connect|pull|push FILE URL`. Plain JavaScript, so that its start
// costs no more than that of our built command.
import { connect } from "@tursodatabase/sync";

const [what, path, url] = process.argv.slice(2);
const db = await connect({ path, url });
if (what === "pull") await db.pull();
if (what === "push") await db.push();
await db.close();
