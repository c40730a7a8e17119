import { showUnseen } from "../unseen.ts";

/** Markup that was made by `html`, and nothing else. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type Part = string | number | Html | null | readonly Part[];

/** Markup with texts in it: whatever is not markup itself is escaped. @example html`<b>${"<script>"}</b>` */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(strings.map((text, index) => (index === 0 ? text : textOf(parts[index - 1] ?? null) + text)).join(""));
}

function textOf(part: Part): string {
  if (part === null) return "";
  if (part instanceof Html) return part.text;
  if (typeof part === "object") return part.map(textOf).join("");
  return visible(String(part)).replace(/[&<>"'`]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

/** What is read has to be what is there; half a character has no sign of its own. */
export const visible = (text: string): string => showUnseen(text.toWellFormed());

/** A text of at most so many characters; what is cut says how long it was. */
export function short(text: string, mostCharacters: number): string {
  return text.length <= mostCharacters
    ? text
    : `${text.slice(0, mostCharacters).toWellFormed()}… (cut: ${text.length} characters)`;
}

const LONGEST_LINK = 2000;

/** A link if it leads to a page, else the text. */
export function link(url: string): Html {
  const isPage = url.length <= LONGEST_LINK && /^https?:\/\/[^\s]+$/i.test(url) && URL.canParse(url);
  return isPage
    ? html`<a href="${url}" rel="noopener noreferrer nofollow">${short(url, 200)}</a>`
    : html`<bdi>${short(url, 200)}</bdi>`;
}
