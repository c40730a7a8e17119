/** What belongs to this step alone, or would make others say more than they are asked. */
const OWN = [
  "GITHUB_ENV",
  "GITHUB_OUTPUT",
  "GITHUB_PATH",
  "GITHUB_STATE",
  "GITHUB_STEP_SUMMARY",
  "RUNNER_DEBUG",
  "NODE_CHANNEL_FD",
];

/** The environment of a process that a step starts: ours, without its own files, inputs and state, and without what is named. */
export function handedOn(env: NodeJS.ProcessEnv, without: readonly string[] = []): Record<string, string> {
  const isOwn = (name: string) =>
    OWN.includes(name) || without.includes(name) || name.startsWith("INPUT_") || name.startsWith("STATE_");
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined || isOwn(name) ? [] : [[name, value]])),
  );
}
