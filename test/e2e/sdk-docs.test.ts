import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { expect, test } from "vitest";
import { ERRORS } from "../../packages/core/src/index.ts";
import { fakeAgentfs } from "../parts/agentfs-program.ts";
import { nodePath, REPOSITORY } from "../parts/programs.ts";
import { runChild } from "../parts/run-child.ts";
import { sdkWorld, TOKEN } from "../parts/sdk-world.ts";
import { makeTempDir } from "../parts/temp.ts";

const DOCS = await readFile(join(REPOSITORY, "docs/sdk.md"), "utf8");
const EXAMPLES = [...DOCS.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code = ""], index) => ({
  name: `example-${index + 1}`,
  code,
}));

/** What the comments behind `console.log` promise, a line each. */
const promised = (code: string): string[] => [...code.matchAll(/console\.log\(.*\); \/\/ (.*)$/gm)].map(([, said = ""]) => said);

/** What npm would publish of the package: a link to its folder would also find files that are not published. */
async function installCore(folder: string): Promise<void> {
  const core = join(REPOSITORY, "packages/core");
  const packed = await runChild("npm", ["pack", core, "--silent", "--pack-destination", folder], { cwd: folder });
  expect(packed).toMatchObject({ exitCode: 0 });
  const tarball = join(folder, packed.stdout.trim());
  const home = join(folder, "node_modules/@agentfs-sync/core");
  await mkdir(home, { recursive: true });
  const unpacked = await runChild("tar", ["-xzf", tarball, "-C", home, "--strip-components", "1"]);
  expect(unpacked).toMatchObject({ exitCode: 0 });
  await symlink(join(core, "node_modules"), join(home, "node_modules"));
}

/** A project of a user: the package as it is published and agentfs-sdk are installed, the program is on the PATH. */
async function project() {
  const folder = await makeTempDir();
  await installCore(folder);
  for (const name of ["agentfs-sdk", "@types"])
    await symlink(join(REPOSITORY, "node_modules", name), join(folder, "node_modules", name));
  await writeFile(join(folder, "package.json"), '{ "type": "module" }\n');
  for (const name of ["elsewhere", "native"]) await mkdir(join(folder, name));
  for (const { name, code } of EXAMPLES) await writeFile(join(folder, `${name}.ts`), code);
  return folder;
}

test("the examples of docs/sdk.md compile for a user in strict mode", async () => {
  const options = { module: "nodenext", target: "es2024", lib: ["es2024", "esnext.disposable"], types: ["node"] };
  const folder = await project();
  const compilerOptions = { ...options, strict: true, exactOptionalPropertyTypes: true, noEmit: true, skipLibCheck: true };
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["*.ts"] }));
  const tsc = join(REPOSITORY, "node_modules/typescript/bin/tsc");
  expect(await runChild(nodePath(), [tsc, "-p", folder], { cwd: folder })).toMatchObject({ exitCode: 0, stdout: "" });
});

test("the examples of docs/sdk.md do what they say, one after the other", async () => {
  expect(EXAMPLES.length).toBeGreaterThan(7);
  const [folder, world, agentfs] = [await project(), await sdkWorld(), await fakeAgentfs()];
  const env = {
    REMOTE_URL: world.remoteUrl,
    TURSO_DB_AUTH_TOKEN: TOKEN,
    PATH: [dirname(agentfs), process.env["PATH"]].join(delimiter),
  };
  for (const { name, code } of EXAMPLES) {
    const { exitCode, stdout, stderr } = await runChild(nodePath(), ["--disable-warning=ExperimentalWarning", `${name}.ts`], {
      cwd: folder,
      env,
    });
    const said = stdout.split("\n").filter((line) => line !== "");
    expect({ name, exitCode, said, stderr }).toEqual({ name, exitCode: 0, said: promised(code), stderr: "" });
    expect(said.length).toBeGreaterThan(0);
  }
});

test("the codes that docs/sdk.md names are there", () => {
  const named = [...DOCS.matchAll(/`([a-z]+-[a-z]+(?:-[a-z]+)*)`/g)].map(([, code = ""]) => code);
  const others = new Set(["agentfs-sdk", "agentfs-sync", "set-aside", "keep-both", "held-back"]);
  const codes = named.filter((name) => !others.has(name));
  expect(codes.length).toBeGreaterThan(8);
  expect(codes.filter((code) => !(code in ERRORS))).toEqual([]);
});
