import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The folder of the installed package that a module belongs to. */
const PACKAGE = /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/;

/**
 * Name, licence and its text of each package that one of these modules belongs to, as their licences want it where they are copied;
 * "" if none does.
 * @param {readonly string[]} modules Absolute paths.
 */
export function licensesOf(modules) {
  const folders = new Set(modules.flatMap((module) => PACKAGE.exec(module) ?? []));
  const texts = [...folders].map((folder) => {
    const { name, license, author } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
    const text = file === undefined ? standardText(name, license, author) : readFileSync(join(folder, file), "utf8");
    return `${name}\n${license}\n${text.trim()}\n`;
  });
  return texts.sort().join("\n");
}

/**
 * For a package that names its licence and brings no text of it.
 * @param {string} name
 * @param {string} license
 * @param {string | { readonly name: string } | undefined} author
 */
function standardText(name, license, author) {
  const holder = typeof author === "object" ? author.name : author;
  if (license !== "MIT" || !holder)
    throw new Error(`The package ${name} is bundled, but holds no text of its licence (${license})`);
  return MIT.replace("<holder>", holder);
}

/** https://opensource.org/license/mit */
const MIT = `Copyright (c) <holder>

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files (the
"Software"), to deal in the Software without restriction, including without limitation the rights to use, copy, modify, merge, publish,
distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to
the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF
MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR
ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH
THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;
