import { type Html, html, type Part } from "./escape.ts";
import { more, type Room } from "./room.ts";

/** A table that scrolls by itself where the page is narrow; nothing if it is empty. */
export function table<T>(
  room: Room,
  { caption, head, what }: { readonly caption: string; readonly head: readonly string[]; readonly what: string },
  items: readonly T[],
  cells: (item: T) => readonly Part[],
): Part {
  if (items.length === 0) return null;
  const { shown, left } = room.list(items, (item): Html => {
    const [first = null, ...rest] = cells(item);
    return html`<tr><th scope="row">${first}</th>${rest.map((cell) => html`<td>${cell}</td>`)}</tr>`;
  });
  return html`<div class="wide" role="region" aria-label="${caption}" tabindex="0"><table><caption>${caption} (${items.length.toLocaleString("en")})</caption>
<thead><tr>${head.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead><tbody>${shown}</tbody></table></div>${more(left, what)}`;
}
