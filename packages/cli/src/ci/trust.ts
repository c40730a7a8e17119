import { isLocalRemote, type TrustClass } from "@agentfs-sync/core";
import type { Environment } from "../args/settings.ts";
import type { TrustChoice } from "../flags.ts";
import { detectCi } from "./detect.ts";

/** What this run may do; `why` is a line for the log, null where it is what was asked for anyway. */
export interface Trust {
  readonly trustClass: TrustClass;
  readonly why: string | null;
}

interface Asked {
  readonly trust: TrustChoice;
  readonly readOnly: boolean;
  readonly authToken: string | undefined;
  readonly remoteUrl: string | undefined;
}

/** What this run may do with the agents, decided before any request. With `auto` it fails closed: what is not known may only read. */
export function decideTrust({ trust, readOnly, authToken, remoteUrl }: Asked, env: Environment): Trust {
  const asked = trust === "trusted" && readOnly ? "read-only" : trust;
  if (asked === "none") return { trustClass: "none", why: `--trust is none: ${NOTHING}.` };
  if (asked !== "auto") return { trustClass: asked, why: null };
  if (authToken === undefined && !isLocalRemote(remoteUrl ?? "")) {
    return {
      trustClass: "none",
      why: `No token was given to this run (a CI keeps it from forks, and from branches that are not protected): ${NOTHING}.`,
    };
  }
  if (readOnly) return { trustClass: "read-only", why: null };
  const system = detectCi(env);
  const only = (what: string): Trust => ({
    trustClass: "read-only",
    why: `${what}: agents are pulled, but nothing they change will be pushed (--trust trusted overrides that).`,
  });
  if (system === null) return env.CI ? only("This CI is not known") : { trustClass: "trusted", why: null };
  return system.hasStrangers(env) ? only(`On ${system.title}, ${system.strangers}`) : { trustClass: "trusted", why: null };
}

const NOTHING = "nothing is pulled and nothing will be pushed";
