import { isLocalRemote, type TrustClass } from "@agentfs-sync/core";
import type { CiEvent } from "./event.ts";
import type { ActionInputs } from "./inputs.ts";

export interface Trust {
  readonly trustClass: TrustClass;
  /** One line for the log. */
  readonly why: string;
}

type Rule = "trusted" | "read-only" | "unless-fork";

/**
 * GitHub's events by what their runs may do. Those that people without write access start with content of their own are
 * read-only. An event that is missing here is read-only too.
 * Source: GitHub docs, "Events that trigger workflows" and "Securely using pull_request_target".
 */
const RULES: Readonly<Record<string, Rule>> = {
  push: "trusted",
  schedule: "trusted",
  workflow_dispatch: "trusted",
  repository_dispatch: "trusted",
  workflow_call: "trusted",
  merge_group: "trusted",
  create: "trusted",
  delete: "trusted",
  release: "trusted",
  registry_package: "trusted",
  deployment: "trusted",
  deployment_status: "trusted",
  check_run: "trusted",
  check_suite: "trusted",
  status: "trusted",
  page_build: "trusted",
  label: "trusted",
  milestone: "trusted",
  branch_protection_rule: "trusted",
  image_version: "trusted",
  public: "trusted",
  pull_request: "unless-fork",
  workflow_run: "unless-fork",
  pull_request_review: "read-only",
  pull_request_review_comment: "read-only",
  pull_request_target: "read-only",
  issue_comment: "read-only",
  issues: "read-only",
  gollum: "read-only",
};

interface TrustInputs extends Pick<ActionInputs, "remoteUrl" | "readOnly"> {
  readonly authToken: string | null;
}

/** What this run may do with the agents, decided before any request. Fails closed: what is not known may only read. */
export function decideTrust(event: CiEvent, inputs: TrustInputs): Trust {
  if (inputs.authToken === null && !isLocalRemote(inputs.remoteUrl)) {
    return {
      trustClass: "none",
      why: "No token was given to this run (workflows of forks get no secrets): nothing is pulled and nothing will be pushed.",
    };
  }
  const readOnly = (what: string): Trust =>
    inputs.readOnly === "false"
      ? { trustClass: "trusted", why: `${what}, but the workflow says read-only: false: agents are pulled and pushed.` }
      : { trustClass: "read-only", why: `${what}: agents are pulled, but nothing they change will be pushed.` };
  if (inputs.readOnly === "true") return readOnly("The workflow says read-only: true");
  const rule = Object.hasOwn(RULES, event.name) ? RULES[event.name] : undefined;
  if (rule === "trusted") return { trustClass: "trusted", why: `Event ${event.name}: trusted.` };
  if (rule === "read-only") return readOnly(`Event ${event.name} may carry what strangers wrote`);
  if (rule === undefined) return readOnly(`Event ${JSON.stringify(event.name)} is not known`);
  const started = event.name === "workflow_run" ? member(member(event.payload, "workflow_run"), "event") : event.name;
  if (typeof started !== "string" || !Object.hasOwn(RULES, started) || RULES[started] === "read-only")
    return readOnly(`Event workflow_run after ${JSON.stringify(started ?? null)}`);
  return isOfThisRepository(event) ? { trustClass: "trusted", why: `Event ${event.name}: trusted.` } : readOnly("Run of a fork");
}

/** Only where both repositories are named and the same one: the head repository of a deleted fork is null. */
function isOfThisRepository({ name, payload }: CiEvent): boolean {
  const paths = name === "workflow_run" ? WORKFLOW_RUN : PULL_REQUEST;
  const [head, base] = paths.map((path) => path.reduce(member, payload));
  return typeof head === "string" && head !== "" && head === base;
}

const PULL_REQUEST = [
  ["pull_request", "head", "repo", "full_name"],
  ["pull_request", "base", "repo", "full_name"],
];
const WORKFLOW_RUN = [
  ["workflow_run", "head_repository", "full_name"],
  ["workflow_run", "repository", "full_name"],
];

function member(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}
