import { type Check, checker } from "@agentfs-sync/core";
import type { Environment } from "../args/settings.ts";
import { provenance } from "../ci/detect.ts";

/** Which CI we take this for: from it come the run's link in receipts, and how output is grouped. */
export function checkCi(env: Environment): Check {
  const check = checker("ci");
  const { ci, repository, commit } = provenance(env);
  if (ci !== null) return check.ok(`${ci}, repository ${repository ?? "unknown"}, commit ${commit ?? "unknown"}`);
  if (env.CI === undefined || env.CI === "" || env.CI === "false") return check.ok("none: this is no CI job");
  return check.warning(
    "CI is set, but not by a CI that is known: what is pushed says nothing of where it came from",
    "Nothing else is missing; everything works as on any machine.",
  );
}
