/** One word, name, string or sign of an SQL text, without blanks and comments. */
export interface Token {
  readonly kind: "word" | "name" | "string" | "sign";
  /** Words as they stand, names and strings without their quotes. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const BLANK = String.raw`\s+|--[^\n]*|/\*[\s\S]*?(?:\*/|$)`;
const STRING = "'(?:[^']|'')*'";
const NAME = ['"(?:[^"]|"")*"', "`(?:[^`]|``)*`", String.raw`\[[^\]]*\]`].join("|");
const WORD = String.raw`[\p{L}\p{N}_$\u0080-\u{10ffff}]+`;
const SIGN = String.raw`==|!=|<>|<=|>=|<<|>>|\|\||->>|->|[\s\S]`;
const TOKEN = new RegExp(`(?<blank>${BLANK})|(?<string>${STRING})|(?<name>${NAME})|(?<word>${WORD})|(?<sign>${SIGN})`, "gu");

/** A text in SQL as SQLite's own tokenizer cuts it, as far as schema texts need it. */
export function tokensOf(sql: string): Token[] {
  const tokens: Token[] = [];
  for (const match of sql.matchAll(TOKEN)) {
    const [whole] = match;
    const kind = (["string", "name", "word", "sign"] as const).find((group) => match.groups?.[group] !== undefined);
    if (kind === undefined) continue;
    tokens.push({
      kind,
      text: kind === "name" || kind === "string" ? unquote(whole) : whole,
      start: match.index,
      end: match.index + whole.length,
    });
  }
  return tokens;
}

function unquote(quoted: string): string {
  const inner = quoted.slice(1, -1);
  const quote = quoted[0] ?? "";
  return quote === "[" ? inner : inner.replaceAll(quote + quote, quote);
}

export function isWord(token: Token | undefined, word: string): boolean {
  return token?.kind === "word" && token.text.toLowerCase() === word;
}

const SAME_SIGNS: Readonly<Record<string, string>> = { "==": "=", "!=": "<>" };

/**
 * What two texts share that mean the same: Turso writes a schema anew from what it has understood, without comments, in its own
 * spacing and quotes.
 */
export function canonicalSql(sql: string): string {
  const tokens = tokensOf(sql);
  const at = tokens.findIndex((token, index) => isWord(token, "if") && isWord(tokens[index + 1], "not") && index <= 3);
  if (at >= 0) tokens.splice(at, 3);
  return tokens
    .filter((token) => !isWord(token, "outer"))
    .map(({ kind, text }) =>
      kind === "string" ? `'${text}'` : kind === "sign" ? (SAME_SIGNS[text] ?? text) : text.toLowerCase(),
    )
    .join("\n");
}

/** The name that a CREATE statement gives, as a token. */
export function createdName(sql: string): Token {
  const tokens = tokensOf(sql);
  const at = tokens.findIndex((token) => /^(table|index|view|trigger)$/i.test(token.text) && token.kind === "word") + 1;
  const first = isWord(tokens[at], "if") ? at + 3 : at;
  const name = tokens[first + 1]?.text === "." ? tokens[first + 2] : tokens[first];
  if (name === undefined) throw new Error(`no name in ${sql}`);
  return name;
}
