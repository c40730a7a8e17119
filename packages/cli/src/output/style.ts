import type { Environment } from "../args/settings.ts";

/** FORCE_COLOR before NO_COLOR (https://no-color.org) before what the stream is; `TERM=dumb` is no terminal for colours. */
export function hasColour(env: Environment, isTerminal: boolean): boolean {
  const forced = env.FORCE_COLOR;
  if (forced !== undefined && forced !== "") return forced !== "0" && forced !== "false";
  if ((env.NO_COLOR ?? "") !== "") return false;
  return isTerminal && env.TERM !== "dumb";
}

/** Whether a line can be written over. */
export const canRedraw = (env: Environment, isTerminal: boolean): boolean => isTerminal && env.TERM !== "dumb";

const CODES = { red: 31, green: 32, yellow: 33, dim: 2 } as const;
export type Colour = keyof typeof CODES;

export const coloured = (text: string, colour: Colour): string => `\u001b[${CODES[colour]}m${text}\u001b[0m`;

/** Back to the line's beginning, which is then empty. */
export const CLEAR_LINE = "\r\u001b[2K";
