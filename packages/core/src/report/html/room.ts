import { Html, html } from "./escape.ts";

/** How large the page may still grow: a report of any size becomes one that a browser opens. */
export class Room {
  #leftBytes: number;

  constructor(bytes: number) {
    this.#leftBytes = bytes;
  }

  /** Null if it does not fit. */
  fit(piece: Html): Html | null {
    const sizeBytes = Buffer.byteLength(piece.text);
    if (sizeBytes > this.#leftBytes) return null;
    this.#leftBytes -= sizeBytes;
    return piece;
  }

  /** As many as fit, and how many do not. */
  list<T>(items: readonly T[], render: (item: T) => Html): { readonly shown: readonly Html[]; readonly left: number } {
    const shown: Html[] = [];
    for (const item of items) {
      const piece = this.fit(render(item));
      if (piece === null) break;
      shown.push(piece);
    }
    return { shown, left: items.length - shown.length };
  }
}

/** What a list leaves out. @example more(3, "files") */
export function more(count: number, what: string): Html {
  return count === 0
    ? new Html("")
    : html`<p class="cut">… and ${count.toLocaleString("en")} more ${what}, which are not shown here.</p>`;
}
