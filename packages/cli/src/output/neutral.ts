/** What a CI reads as a command wherever it stands: Azure's and GitHub's old form, TeamCity's, GitLab's sections. */
const ANYWHERE = ["##[", "##vso[", "##teamcity[", "section_start:", "section_end:"];
const LAST_CHARACTER_OF_ONE = /##(?=(?:vso|teamcity)?\[)|section_(?:start|end)(?=:)/g;

/** GitHub's form: at the beginning of a line, white space of any kind before it or not. */
const AT_LINE_START = /(^|[\r\n])([^!-~\r\n]*):(?=:)/g;

/** A text that is not ours, with a space in what a CI would obey. */
export function neutral(text: string): string {
  return text.replace(LAST_CHARACTER_OF_ONE, "$& ").replace(AT_LINE_START, "$1$2: ");
}

/** The same for a text that comes in pieces. */
export interface StreamNeutraliser {
  /** One character a byte (latin1): what is no text comes out as it came in. */
  write(text: string): string;
  end(): string;
}

export function makeStreamNeutraliser(): StreamNeutraliser {
  let kept = "";
  let isLineBlank = true;
  const take = (text: string): string => {
    // A line that was begun before is not one that begins here.
    const done = isLineBlank ? neutral(text) : neutral(`x${text}`).slice(1);
    const lines = text.split(/[\r\n]/);
    isLineBlank = (isLineBlank || lines.length > 1) && /^[^!-~]*$/.test(lines.at(-1) ?? "");
    return done;
  };
  return {
    write(text) {
      const all = kept + text;
      const open = Math.min(startOfOpenCommand(all), startOfOpenLine(all, isLineBlank));
      kept = all.slice(open);
      return take(all.slice(0, open));
    },
    end() {
      const last = kept;
      kept = "";
      return take(last);
    },
  };
}

const LONGEST = Math.max(...ANYWHERE.map(({ length }) => length));

/** Where the text's end may be the beginning of a command; the text's length if it cannot. */
function startOfOpenCommand(text: string): number {
  for (let at = Math.max(0, text.length - LONGEST + 1); at < text.length; at++) {
    const end = text.slice(at);
    if (ANYWHERE.some((command) => command.length > end.length && command.startsWith(end))) return at;
  }
  return text.length;
}

/** The same for GitHub's form: a line that is nothing but a colon so far. */
function startOfOpenLine(text: string, isLineBlank: boolean): number {
  const [line = ""] = /[^\r\n]*$/.exec(text) ?? [];
  const isWholeLine = line.length < text.length || isLineBlank;
  return isWholeLine && /^[^!-~]*:$/.test(line) ? text.length - 1 : text.length;
}
