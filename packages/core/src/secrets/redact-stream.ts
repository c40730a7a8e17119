import { secretForms } from "./redact.ts";

/** A text that comes in pieces, each of which is passed on as far as it cannot be the beginning of a secret. */
export interface StreamRedactor {
  /** Bytes in, bytes out: they need be no text. */
  write(bytes: Uint8Array): Uint8Array;
  /** What was kept back: it is no secret, or nothing follows that would make it one. */
  end(): Uint8Array;
}

/**
 * As `makeRedactor`, also where a secret is cut in two by a chunk's end. A secret is never let out in parts, however slowly it comes.
 * @example const redactor = makeStreamRedactor([token]); process.stdout.write(redactor.write(chunk))
 */
export function makeStreamRedactor(secrets: readonly (string | null)[]): StreamRedactor {
  // One character a byte: what is no UTF-8 comes out as it came in, and a chunk may end within a character.
  const forms = secretForms(secrets).map((form) => Buffer.from(form).toString("latin1"));
  let kept = "";
  const take = (isEnd: boolean): Uint8Array => {
    const done = replaceIn(kept, forms, isEnd);
    kept = done.rest;
    return Buffer.from(done.text, "latin1");
  };
  return {
    write(bytes) {
      kept += Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
      return take(false);
    },
    end: () => take(true),
  };
}

/** Goes on from the earliest secret to the next one; `rest` begins where more bytes could still make a difference. */
function replaceIn(given: string, forms: readonly string[], isEnd: boolean): { readonly text: string; readonly rest: string } {
  let text = "";
  let rest = given;
  for (;;) {
    const open = isEnd ? rest.length : startOfOpenForm(rest, forms);
    const found = earliest(rest, forms);
    // A longer secret that begins no later may still be on its way.
    if (found === null || found.at >= open) return { text: text + rest.slice(0, open), rest: rest.slice(open) };
    text += `${rest.slice(0, found.at)}***`;
    rest = rest.slice(found.at + found.length);
  }
}

/** Of those at the same place the longest one: the forms are sorted. */
function earliest(text: string, forms: readonly string[]): { readonly at: number; readonly length: number } | null {
  let first: { at: number; length: number } | null = null;
  for (const form of forms) {
    const at = text.indexOf(form);
    if (at !== -1 && (first === null || at < first.at)) first = { at, length: form.length };
  }
  return first;
}

/** Where the earliest form begins of which the text's end has a part, but not the whole; the text's length if there is none. */
function startOfOpenForm(text: string, forms: readonly string[]): number {
  const longest = Math.max(0, ...forms.map(({ length }) => length));
  for (let at = Math.max(0, text.length - longest + 1); at < text.length; at++) {
    const end = text.slice(at);
    if (forms.some((form) => form.length > end.length && form.startsWith(end))) return at;
  }
  return text.length;
}
