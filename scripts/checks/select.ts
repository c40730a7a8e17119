import type { Step } from "./step.ts";

const BUILDING = ["types", "build"];

/**
 * The steps of these names in the order of the table, all for no name; `types` and `build` come along where what they write is needed.
 * @throws Error that lists the names there are, for one that is none of them.
 */
export function selectSteps(steps: readonly Step[], names: readonly string[]): readonly Step[] {
  const unknown = names.filter((name) => !steps.some((step) => step.name === name));
  if (unknown.length > 0) {
    const known = steps.map((step) => step.name).join(", ");
    throw new Error(`There is no step "${unknown.join('", "')}". The steps are: ${known}.`);
  }
  if (names.length === 0) return steps;
  const needsBuild = steps.some((step) => names.includes(step.name) && step.needsBuild === true);
  return steps.filter((step) => names.includes(step.name) || (needsBuild && BUILDING.includes(step.name)));
}
