import { once } from "node:events";
import type { Readable, Writable } from "node:stream";
import { makeStreamRedactor } from "@agentfs-sync/core";
import { makeStreamNeutraliser } from "../output/neutral.ts";

/** Passes on what the command prints, without the secrets, and without anything that a CI would take for a command. */
export async function relay(from: Readable, to: Writable, secrets: readonly (string | null)[]): Promise<void> {
  const redactor = makeStreamRedactor(secrets);
  const neutraliser = makeStreamNeutraliser();
  const asText = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1");
  const write = async (text: string): Promise<void> => {
    if (text === "" || to.write(text, "latin1")) return;
    await Promise.race([once(to, "drain"), once(to, "close")]);
  };
  for await (const chunk of from as AsyncIterable<Buffer>) {
    // Nobody reads on (`| head`): the command learns it as it would without us, by its next write.
    if (to.destroyed) return void from.destroy();
    await write(neutraliser.write(asText(redactor.write(chunk))));
  }
  await write(neutraliser.write(asText(redactor.end())) + neutraliser.end());
}
