import type { DatabaseSync } from "node:sqlite";
import type { AgentOp } from "../parts/agent.ts";
import { type Found, look } from "./look.ts";
import { resolveOther } from "./resolve-other.ts";
import { type Fresh, NAMES, type Step } from "./steps.ts";

const SIZES_BYTES = [40, 300, 4095, 4096, 4097, 9000] as const;
const PERMISSIONS = [0o600, 0o644, 0o755, 0o700, 0o640, 0o777] as const;
/** Directories in directories, no deeper. */
const DEEPEST = 3;

/** What a step is in a database as it stands: operations that can be done there, none if the step makes no sense. */
export function resolve(step: Step, db: DatabaseSync, fresh: Fresh): readonly AgentOp[] {
  return resolveFiles(step, look(db), fresh) ?? resolveOther(step, db, fresh);
}

/** The same of the steps that are about files; null for the others. */
function resolveFiles(step: Step, tree: ReadonlyMap<string, Found>, fresh: Fresh): readonly AgentOp[] | null {
  const all = [...tree.values()];
  const [files, links] = [all.filter(({ kind }) => kind === "file"), all.filter(({ kind }) => kind === "link")];
  const directories = all.filter(({ kind }) => kind === "directory");
  const [tops, deep] = [directories.filter(({ path }) => isTop(path)), all.filter(({ path }) => !isTop(path))];
  const target = placeFor(step, directories);
  const isFree = target !== null && !tree.has(target);
  const bytes = content(step, fresh);
  switch (step.does) {
    case "create":
      return isFree ? [write(target, bytes)] : [];
    case "write":
      return at(step, files, ({ path }) => [write(path, bytes)]);
    case "append":
      return at(step, files, ({ path }) => [{ op: "append", path, base64: bytes.toString("base64") }]);
    case "shorten":
      return at(step, files, ({ path, sizeBytes }) => [{ op: "truncate", path, sizeBytes: sizeBytes >> 1 }]);
    case "lengthen":
      // From the end of a whole chunk: agentfs-sdk would leave a part of one in the middle of the file.
      return at(step, files, ({ path, sizeBytes }) => {
        const whole = Math.floor(sizeBytes / 4096) * 4096;
        const shorter: readonly AgentOp[] = whole === sizeBytes ? [] : [{ op: "truncate", path, sizeBytes: whole }];
        return [...shorter, { op: "truncate", path, sizeBytes: whole + 5000 }];
      });
    case "save":
      return at(step, files, ({ path }) => [write(`${path}.tmp`, bytes), { op: "rename", from: `${path}.tmp`, to: path }]);
    case "rename":
      return at(step, all, (from) => rename(from, target, tree));
    case "swallow":
      // One of the directories of the root goes into the next one: the other writer may do it the other way round.
      return at(step, tops, (from) => rename(from, `${tops[(step.at + 1) % tops.length]?.path}/in`, tree));
    case "hoist":
      return at(step, deep, (from) => rename(from, from.path.replace(/^.*(?=\/)/, ""), tree));
    case "replace":
      return at(step, files, (from) => rename(from, files[step.name % files.length]?.path ?? null, tree));
    case "link":
      return at(step, files, ({ path }) => (isFree ? [{ op: "link", from: path, to: target }] : []));
    case "unlink":
      return at(step, [...files, ...links], ({ path }) => [{ op: "unlink", path }]);
    case "mkdir":
      return isFree ? [{ op: "mkdir", path: target }] : [];
    case "rmdir":
      return at(
        step,
        directories.filter(({ isEmpty }) => isEmpty),
        ({ path }) => [{ op: "rmdir", path }],
      );
    case "removeAll":
      return at(step, directories, (directory) => removeAll(directory, all));
    case "symlink":
      return isFree ? [{ op: "symlink", path: target, target: linkTarget(step) }] : [];
    case "retarget":
      return at(step, links, (link) => remake(link, step, bytes, all));
    case "remake":
      return at(step, all, (found) => remake(found, step, bytes, all));
    case "chmod":
      return at(step, [...files, ...directories], ({ path }) => {
        return [{ op: "chmod", path, permissions: PERMISSIONS[step.pick % PERMISSIONS.length] ?? 0o600 }];
      });
    default:
      return null;
  }
}

const isTop = (path: string) => path.lastIndexOf("/") === 0;

function at(step: Step, found: readonly Found[], does: (found: Found) => readonly AgentOp[]): readonly AgentOp[] {
  const one = found[step.at % found.length];
  return one === undefined ? [] : does(one);
}

const write = (path: string, bytes: Buffer): AgentOp => ({ op: "writeFile", path, base64: bytes.toString("base64") });

const linkTarget = ({ pick }: Step) => `/${NAMES[pick % NAMES.length]}`;

function content({ pick, alike }: Step, fresh: Fresh): Buffer {
  if (alike) return Buffer.alloc(pick === 0 ? 0 : 4096, "alike ");
  return Buffer.alloc(SIZES_BYTES[pick % SIZES_BYTES.length] ?? 40, `${fresh()} `);
}

/** A name in one of the directories, or in the root. */
function placeFor({ to, name }: Step, directories: readonly Found[]): string | null {
  const parents = ["", ...directories.map(({ path }) => path)];
  const parent = parents[to % parents.length] ?? "";
  return parent.split("/").length > DEEPEST ? null : `${parent}/${NAMES[name]}`;
}

function rename(from: Found, to: string | null, tree: ReadonlyMap<string, Found>): readonly AgentOp[] {
  if (to === null || to === from.path || to.startsWith(`${from.path}/`)) return [];
  const there = tree.get(to);
  if (there !== undefined && (there.kind === "link" || from.kind === "link")) return [];
  // Two names of one file: POSIX does nothing then.
  if (there !== undefined && (there.kind !== from.kind || there.ino === from.ino || !there.isEmpty)) return [];
  return [{ op: "rename", from: from.path, to }];
}

function removeAll(directory: Found, all: readonly Found[]): readonly AgentOp[] {
  const inside = all.filter(({ path }) => path === directory.path || path.startsWith(`${directory.path}/`));
  return inside.reverse().map(({ path, kind }): AgentOp => ({ op: kind === "directory" ? "rmdir" : "unlink", path }));
}

/** Removed and made anew: a file, a link, a directory with some of what was in it. */
function remake(found: Found, step: Step, bytes: Buffer, all: readonly Found[]): readonly AgentOp[] {
  const { path, kind } = found;
  if (kind === "file") return [{ op: "unlink", path }, write(path, bytes)];
  if (kind === "link")
    return [
      { op: "unlink", path },
      { op: "symlink", path, target: linkTarget(step) },
    ];
  const child = all.find(
    (one) => one.kind === "file" && one.path.startsWith(`${path}/`) && !one.path.slice(path.length + 1).includes("/"),
  );
  const again: readonly AgentOp[] = child === undefined ? [] : [write(child.path, bytes)];
  return [...removeAll(found, all), { op: "mkdir", path }, ...again];
}
