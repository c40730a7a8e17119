import { sizeText } from "../size.ts";
import type { FileDiff } from "../types.ts";
import { type Html, html, type Part, short } from "./escape.ts";
import { patch } from "./patch.ts";
import { more, Room } from "./room.ts";

const DEEPEST = 12;
const MOST_OPEN = 300;
const MOST_NAME_CHARACTERS = 300;

/** So that long texts leave room for the names of all files. */
const LARGEST_TEXT_BYTES = 2_000_000;

interface Folder {
  readonly folders: Map<string, Folder>;
  readonly files: { readonly name: string; readonly file: FileDiff }[];
  count: number;
}

interface Page {
  readonly room: Room;
  readonly texts: Room;
  readonly isOpen: boolean;
  /** Files that did not fit. */
  left: number;
}

/** What changed as a tree; where it is much, folders are closed. */
export function fileTree(room: Room, files: readonly FileDiff[]): Part {
  if (files.length === 0) return null;
  const root = newFolder();
  for (const file of files) place(root, file);
  const isOpen = files.length <= MOST_OPEN;
  const page = { room, texts: new Room(LARGEST_TEXT_BYTES), isOpen, left: 0 };
  const tree = contents(page, root);
  return html`<section><h3>Files (${files.length.toLocaleString("en")})</h3>${tree}${more(page.left, "files")}</section>`;
}

const newFolder = (): Folder => ({ folders: new Map(), files: [], count: 0 });

function place(root: Folder, file: FileDiff): void {
  const names = file.path.split("/").filter((name) => name !== "");
  let at = root;
  at.count++;
  const depth = Math.min(names.length - 1, DEEPEST);
  for (const name of names.slice(0, depth)) {
    const next = at.folders.get(name) ?? newFolder();
    at.folders.set(name, next);
    at = next;
    at.count++;
  }
  at.files.push({ name: names.slice(depth).join("/") || file.path, file });
}

function contents(page: Page, { folders, files }: Folder): Html {
  const parts: Html[] = [];
  for (const [first, folder] of folders) {
    const frame = page.room.fit(
      html`<li class="folder"><details open><summary>${label(first)}/ ${folder.count}</summary></details></li>`,
    );
    if (frame === null) {
      page.left += folder.count;
      continue;
    }
    const [name, inner] = onlyChild(first, folder);
    const inside = contents(page, inner);
    const state = page.isOpen ? html` open` : null;
    parts.push(
      html`<li class="folder"><details${state}><summary>${label(`${name}/`)} <small>${folder.count.toLocaleString("en")}</small></summary>${inside}</details></li>`,
    );
  }
  const { shown, left: rest } = page.room.list(files, ({ name, file }) => entry(page.texts, name, file));
  page.left += rest;
  return html`<ul class="tree">${parts}${shown}</ul>`;
}

/** Folders with nothing in them but one folder are one line. */
function onlyChild(name: string, folder: Folder): readonly [string, Folder] {
  const [only, ...more] = folder.folders;
  return only !== undefined && more.length === 0 && folder.files.length === 0
    ? onlyChild(`${name}/${only[0]}`, only[1])
    : [name, folder];
}

const label = (name: string): Html => html`<bdi>${short(name, MOST_NAME_CHARACTERS)}</bdi>`;

function entry(texts: Room, name: string, file: FileDiff): Html {
  const { did, from, kind } = file;
  const text = file.text === null ? null : texts.fit(patch(file.text, `what changed in ${short(file.path, 100)}`));
  const what = html`<b class="${did}">${did}</b> ${label(name)}${kind === "file" ? null : html` <small>${kind}</small>`}${
    from === null ? null : html` <small>from ${label(from)}</small>`
  } <small>${note(file, text !== null)}</small>`;
  if (text === null) return html`<li>${what}</li>`;
  return html`<li><details><summary>${what}</summary>${text}</details></li>`;
}

function note({ kind, before, after }: FileDiff, isShown: boolean): string {
  if (kind !== "file") return modes(before, after);
  const sizes = [before, after].flatMap((state) => (state === null ? [] : [sizeText(state.sizeBytes)]));
  const size = sizes[0] === sizes[1] ? (sizes[0] ?? "") : sizes.join(" → ");
  return [size, modes(before, after), isShown ? "" : "content not shown"].filter((part) => part !== "").join("; ");
}

function modes(before: FileDiff["before"], after: FileDiff["after"]): string {
  return before !== null && after !== null && before.mode !== after.mode ? `mode ${before.mode} → ${after.mode}` : "";
}
