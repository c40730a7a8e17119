import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { nodePath, REPOSITORY } from "./programs.ts";
import { type ChildOptions, type ChildResult, runChild } from "./run-child.ts";
import { makeTempDir } from "./temp.ts";

type Texts = Readonly<Record<string, string>>;

export interface StepResult extends ChildResult {
  readonly outputs: Texts;
  readonly state: Texts;
  /** Markdown that the step added to the job summary. */
  readonly summary: string;
}

export interface JobOptions {
  /** As in the workflow's `with:`; the defaults of action.yml are not added. */
  readonly inputs?: Texts;
  /** Default: a push. */
  readonly event?: { readonly name: string; readonly payload?: unknown };
  readonly env?: Texts;
  /** Default: a new empty folder. */
  readonly workspace?: string;
}

export interface TestJob {
  readonly workspace: string;
  /** The main step of `dist/`; killed or cancelled when it is said, if it has not ended before. */
  main(options?: Stop): Promise<StepResult>;
  /** The post step, with the state that the main step saved, unless others are given. */
  post(changes?: PostChanges): Promise<StepResult>;
}

type Stop = Pick<ChildOptions, "killWhen" | "cancelWhen">;

export interface PostChanges extends Stop {
  readonly jobStatus?: "success" | "failure" | "cancelled";
  readonly inputs?: Texts;
  readonly state?: Texts;
  /** Where the same files are seen elsewhere, as in a container. */
  readonly workspace?: string;
  readonly env?: Texts;
}

/** Runs the built action as GitHub's runner does: a process a step, inputs in INPUT_*, files for outputs, state and summary. */
export async function startJob(options: JobOptions = {}): Promise<TestJob> {
  const home = options.workspace ?? (await makeTempDir());
  const files = await makeTempDir();
  const eventPath = join(files, "event.json");
  const { name, payload } = { payload: {}, ...(options.event ?? { name: "push" }) };
  await writeFile(eventPath, JSON.stringify(payload));
  let saved: Texts = {};

  const step = async (entry: "main" | "post", inputs: Texts, state: Texts, changes: PostChanges = {}) => {
    const { workspace = home, env: more = {}, killWhen, cancelWhen } = changes;
    const folder = join(files, entry);
    await mkdir(folder, { recursive: true });
    const file = (kind: string) => join(folder, kind);
    for (const kind of ["output", "state", "summary"]) await writeFile(file(kind), "");
    const env = {
      CI: "true",
      GITHUB_ACTIONS: "true",
      GITHUB_EVENT_NAME: name,
      GITHUB_EVENT_PATH: eventPath,
      GITHUB_WORKSPACE: workspace,
      GITHUB_REPOSITORY: "acme/agents",
      GITHUB_SERVER_URL: "https://github.test",
      GITHUB_RUN_ID: "42",
      GITHUB_SHA: "0123456789abcdef0123456789abcdef01234567",
      GITHUB_OUTPUT: file("output"),
      GITHUB_STATE: file("state"),
      GITHUB_STEP_SUMMARY: file("summary"),
      ...prefixed("INPUT_", inputs, (key) => key.toUpperCase()),
      ...prefixed("STATE_", state),
      ...options.env,
      ...more,
    };
    const result = await runChild(nodePath(), [join(REPOSITORY, "dist", `${entry}.js`)], {
      cwd: workspace,
      env,
      ...(killWhen && { killWhen }),
      ...(cancelWhen && { cancelWhen }),
    });
    const read = (kind: string) => readFile(file(kind), "utf8");
    const outputs = parseFileCommands(await read("output"));
    return { ...result, outputs, state: parseFileCommands(await read("state")), summary: await read("summary") };
  };

  return {
    workspace: home,
    main: async (child) => {
      const result = await step("main", { "job-status": "success", ...options.inputs }, {}, child);
      saved = result.state;
      return result;
    },
    post: (changes = {}) => {
      const { jobStatus = "success", inputs = {}, state = saved } = changes;
      return step("post", { "job-status": jobStatus, ...options.inputs, ...inputs }, state, changes);
    },
  };
}

function prefixed(prefix: string, values: Texts, rename = (key: string) => key) {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [`${prefix}${rename(key)}`, value]));
}

/** Reads `name<<delimiter`, lines, `delimiter`: what the runner reads from the files that it hands a step. The last of a name counts. */
function parseFileCommands(text: string): Record<string, string> {
  const found: Record<string, string> = {};
  const lines = text.split("\n");
  while (lines.length > 0) {
    const head = lines.shift() ?? "";
    if (head === "") continue;
    const [, name, delimiter] = /^(.+?)<<(.+)$/.exec(head) ?? [];
    if (name === undefined || delimiter === undefined) throw new Error(`Not a file command: ${head}`);
    const end = lines.indexOf(delimiter);
    if (end < 0) throw new Error(`The value of ${name} has no end`);
    found[name] = lines
      .splice(0, end + 1)
      .slice(0, -1)
      .join("\n");
  }
  return found;
}
