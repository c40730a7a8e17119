import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { whyNoTar } from "./tar.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "agentfs-sync-test-"));
  vi.stubEnv("PATH", folder);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const program = (name: string, says: string, exitCode = 0) =>
  writeFileSync(join(folder, name), `#!/bin/sh\necho '${says}'\nexit ${exitCode}\n`, { mode: 0o755 });

describe("the tar that @actions/cache would take", () => {
  it("must be GNU tar", async () => {
    expect(await whyNoTar("linux")).toBe("there is no `tar`.");
    program("tar", "bsdtar 3.5.3 - libarchive 3.5.3");
    expect(await whyNoTar("linux")).toBe("the `tar` of this machine is not GNU tar.");
    program("tar", "BusyBox v1.36.1 multi-call binary.", 1);
    expect(await whyNoTar("linux")).toBe("the `tar` of this machine is not GNU tar.");
    program("tar", "tar (GNU tar) 1.35");
    expect(await whyNoTar("linux")).toBeNull();
  });

  it("is gtar first on a Mac", async () => {
    program("tar", "bsdtar 3.5.3 - libarchive 3.5.3");
    expect(await whyNoTar("darwin")).toBe("the `tar` of this machine is not GNU tar.");
    program("gtar", "tar (GNU tar) 1.35");
    expect(await whyNoTar("darwin")).toBeNull();
  });

  it("is none on Windows", async () => {
    program("tar", "tar (GNU tar) 1.35");
    expect(await whyNoTar("win32")).toContain("on Windows");
  });
});
