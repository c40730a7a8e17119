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
    const { name, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
    if (file === undefined)
      throw new Error(`The package ${name} is bundled, but ${folder} holds no text of its licence (${license})`);
    return `${name}\n${license}\n${readFileSync(join(folder, file), "utf8").trim()}\n`;
  });
  return texts.sort().join("\n");
}
