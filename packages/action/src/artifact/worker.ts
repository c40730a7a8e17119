// Its index brings downloads along: as much code again, and some of it under no licence that anybody has written down. Version 6.2 sends a
// field that only GitHub's own service takes, and not that of act.
import { uploadArtifact } from "../../node_modules/@actions/artifact/lib/internal/upload/upload-artifact.js";
import type { Upload, Uploaded } from "./upload.ts";

/*
 * A process of its own: `@actions/artifact` is large, retries for half a minute when the service is out, and prints what it likes. It
 * uploads once, and has done.
 */

process.once("message", ({ name, folder, files }: Upload) => {
  uploadArtifact(name, [...files], folder).then(
    ({ id }) => send(id === undefined ? { ok: false, why: "the service gave it no number" } : { ok: true, id }),
    (thrown: unknown) => send({ ok: false, why: reasonOf(thrown) }),
  );
});

function send(result: Uploaded): void {
  process.send?.(result, () => process.exit());
}

/** What a storage refuses without a word has no message. */
function reasonOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  return thrown.message || `the storage answered ${"statusCode" in thrown ? thrown.statusCode : "nothing"}`;
}
