import { locales } from "zod/mini";

/** Says what is wrong with a value. Without it `zod/mini` calls everything "Invalid input". */
export const IN_ENGLISH = locales.en().localeError;
