import type { Environment } from "../args/settings.ts";

/** How a CI folds lines of a log away. */
export type GroupStyle = "github" | "gitlab" | "buildkite" | "azure";

/** One row per CI that folds: the variable that it sets (any value). Forgejo and Gitea set GitHub's, and fold as it does. */
const MARKERS: Readonly<Record<GroupStyle, string>> = {
  github: "GITHUB_ACTIONS",
  gitlab: "GITLAB_CI",
  buildkite: "BUILDKITE",
  azure: "TF_BUILD",
};

/** Null where nothing folds. */
export function groupStyle(env: Environment): GroupStyle | null {
  const styles = Object.keys(MARKERS) as GroupStyle[];
  return styles.find((style) => (env[MARKERS[style]] ?? "") !== "") ?? null;
}

interface GroupLines {
  readonly open: (title: string, at: Date) => string;
  /** Null: a group ends where the next one begins. */
  readonly close: ((title: string, at: Date) => string) | null;
}

const seconds = (at: Date): number => Math.floor(at.getTime() / 1000);
const slug = (title: string): string => title.toLowerCase().replace(/[^a-z0-9]+/g, "_");

export const GROUP_LINES: Readonly<Record<GroupStyle, GroupLines>> = {
  // https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands#grouping-log-lines
  github: { open: (title) => `::group::${title}`, close: () => "::endgroup::" },
  // https://docs.gitlab.com/ci/jobs/job_logs/#create-custom-collapsible-sections
  gitlab: {
    open: (title, at) => `\u001b[0Ksection_start:${seconds(at)}:${slug(title)}[collapsed=true]\r\u001b[0K${title}`,
    close: (title, at) => `\u001b[0Ksection_end:${seconds(at)}:${slug(title)}\r\u001b[0K`,
  },
  // https://buildkite.com/docs/pipelines/configure/managing-log-output
  buildkite: { open: (title) => `--- ${title}`, close: null },
  // https://learn.microsoft.com/azure/devops/pipelines/scripts/logging-commands#formatting-commands
  azure: { open: (title) => `##[group]${title}`, close: () => "##[endgroup]" },
};
