/** A secret with characters that each way of writing it down spells in another way, and that no program prints by chance. */
export const CANARY = 'eyJ.canary+/="\\%-0123456789';

const inBase64 = ["", "x", "xx"].flatMap((before) => {
  const bytes = Buffer.from(before + CANARY);
  return [bytes.toString("base64"), bytes.toString("base64url")];
});

/** The ways of writing it down: raw, URL-encoded, JSON-escaped, in base64 alone and after other bytes. */
export const CANARY_SPELLINGS: readonly string[] = [
  CANARY,
  encodeURIComponent(CANARY),
  JSON.stringify(CANARY).slice(1, -1),
  ...inBase64,
];

/** Of base64 the middle is looked for, which is the same whatever stands around it. */
const FORMS = [...CANARY_SPELLINGS.slice(0, 3), ...inBase64.map((text) => text.slice(4, -4))];

/** In which forms it is in a text. */
export const canaryIn = (text: string): readonly string[] => FORMS.filter((form) => text.includes(form));
