const LONGEST_ARGUMENT = 200;

/** A call in one line, for a message: the content of a file, which is an argument as well, is cut. */
export function commandLine(argv: readonly string[]): string {
  return argv
    .map((argument) => argument.slice(0, LONGEST_ARGUMENT + 1).replace(/\s+/g, " "))
    .map((argument) => (argument.length > LONGEST_ARGUMENT ? `${argument.slice(0, LONGEST_ARGUMENT)}…` : argument))
    .join(" ");
}
