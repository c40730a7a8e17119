import * as z from "zod/mini";

/** One of a few words; what was given instead is in the message. */
export const choice = <const T extends readonly [string, ...string[]]>(name: string, values: T) =>
  z.enum(values, { error: ({ input }) => `${name} is ${JSON.stringify(input)}, but must be one of ${values.join(", ")}` });
