/**
 * A function that replaces the secrets in a text by `***`: as they are, URL-encoded, in base64 and JSON-escaped.
 * @example const redact = makeRedactor([token]); redact(`authorization: Bearer ${token}`) // "authorization: Bearer ***"
 */
export function makeRedactor(secrets: readonly (string | null)[]): (text: string) => string {
  const forms = secrets
    .filter((secret): secret is string => secret !== null && secret !== "")
    .flatMap((secret) => [
      secret,
      encodeURIComponent(secret),
      Buffer.from(secret).toString("base64").replace(/=+$/, ""),
      Buffer.from(secret).toString("base64url"),
      JSON.stringify(secret).slice(1, -1),
    ])
    .sort((a, b) => b.length - a.length);
  return (text) => forms.reduce((rest, form) => rest.replaceAll(form, "***"), text);
}
