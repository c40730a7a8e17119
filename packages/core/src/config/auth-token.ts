import { SyncError } from "../errors.ts";

/**
 * A token as it is sent, or null for none. It has to fit into an HTTP header and an environment variable: what does not is refused by
 * them much later, in a text that quotes it.
 * @throws SyncError `config-invalid`
 */
export function tokenOf(given: string | undefined): string | null {
  const token = given?.trim() ?? "";
  if (token === "") return null;
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  throw new SyncError(
    "config-invalid",
    "The auth token holds a character that no token has: a space, a line break, a letter beyond ASCII.",
    {
      details: { field: "authToken" },
      hint: "Copy it again, alone and whole.",
    },
  );
}
