/**
 * A function that replaces the secrets in a text by `***`: as they are, URL-encoded, in base64, in hexadecimal digits (as a BLOB is shown)
 * and JSON-escaped.
 * @example const redact = makeRedactor([token]); redact(`authorization: Bearer ${token}`) // "authorization: Bearer ***"
 */
export function makeRedactor(secrets: readonly (string | null)[]): (text: string) => string {
  const forms = secretForms(secrets);
  return (text) => forms.reduce((rest, form) => rest.replaceAll(form, "***"), text);
}

/** Every text by which a secret may appear, the longest first. */
export function secretForms(secrets: readonly (string | null)[]): readonly string[] {
  const forms = secrets
    .filter((secret): secret is string => secret !== null && secret !== "")
    .flatMap((secret) => [secret, encodeURIComponent(secret), ...encodedForms(secret), JSON.stringify(secret).slice(1, -1)]);
  return [...new Set(forms)].sort((a, b) => b.length - a.length);
}

const SHORTEST_PART = 12;

/**
 * Base64 spells a secret in three ways, by how many bytes stand before it. Alone it is hidden to its last letter; amid other bytes
 * without the letters that hold bits of its neighbours, unless what remains is so short that it may be anything.
 */
function encodedForms(secret: string): readonly string[] {
  const spelled = (["base64", "base64url"] as const).flatMap((alphabet) =>
    [0, 1, 2].map((before) => {
      const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(secret)]);
      return bytes.toString(alphabet).slice(Math.ceil((before * 8) / 6), Math.floor((bytes.length * 8) / 6));
    }),
  );
  const alone = Buffer.from(secret);
  return [
    alone.toString("base64").replace(/=+$/, ""),
    alone.toString("base64url"),
    ...[...spelled, alone.toString("hex")].filter((text) => text.length >= SHORTEST_PART),
  ];
}
