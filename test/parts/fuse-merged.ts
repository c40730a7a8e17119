/**
 * What two jobs through the real program's mount, `fuse-ours` and `fuse-theirs`, come to when both push with `keep-both`: path, mode, link
 * count, size, and the beginning of the SHA-256 or the target. Put together from what the mount showed of each (the `.json` beside the
 * databases) by the rules of docs/merge.md.
 */

/** In either order: what both left alone; `/src/lib` renamed, with the new files of both and the one that was edited; what came back. */
const EITHER_WAY = [
  "/chunk-plus-one | 0o100644 1 10 e91772cc",
  "/dangling | 0o120777 1 8 -> /nowhere",
  "/empty | 0o100644 1 0 e3b0c442",
  "/empty-dir | 0o40755 2 - directory",
  "/exact-chunk | 0o100644 1 4096 f94dd0ac",
  "/f1-hard | 0o100644 1 2 4355a46b",
  "/link | 0o120777 1 9 -> README.md",
  "/odd names | 0o40755 2 - directory",
  "/odd names/new here | 0o100644 1 2 c865f6c5",
  "/pipe | 0o10644 1 0 fifo",
  "/sparse | 0o100644 1 100001 d0c690d0",
  "/src | 0o40755 3 - directory",
  "/src/library | 0o40755 2 - directory",
  "/src/library/f10 | 0o100644 1 3 917df332",
  "/src/library/f11 | 0o100644 1 3 25d4f2a8",
  "/src/library/f12 | 0o100644 1 3 a1fb50e6",
  "/src/library/f13 | 0o100644 1 3 1a252402",
  "/src/library/f14 | 0o100644 1 3 9a92adbc",
  "/src/library/f15 | 0o100644 1 3 23890318",
  "/src/library/f16 | 0o100644 1 3 e6c21e8d",
  "/src/library/f17 | 0o100644 1 3 54183f43",
  "/src/library/f18 | 0o100644 1 3 7ee29791",
  "/src/library/f19 | 0o100644 1 3 a9742eb8",
  "/src/library/f20 | 0o100644 1 3 53787963",
  "/src/library/f21 | 0o100644 1 3 6e2ae11d",
  "/src/library/f22 | 0o100644 1 3 f14b4987",
  "/src/library/f23 | 0o100644 1 3 076320a2",
  "/src/library/f24 | 0o100644 1 3 68ca3fba",
  "/src/library/f25 | 0o100644 1 3 64aeb997",
  "/src/library/f26 | 0o100644 1 3 20d2add8",
  "/src/library/f27 | 0o100644 1 3 932ab0a0",
  "/src/library/f28 | 0o100644 1 3 9961d158",
  "/src/library/f29 | 0o100644 1 3 3840bc23",
  "/src/library/f3 | 0o100644 1 2 1121cfcc",
  "/src/library/f30 | 0o100644 1 3 f4ccd05b",
  "/src/library/f31 | 0o100644 1 3 32c2643e",
  "/src/library/f32 | 0o100644 1 3 2115cdb6",
  "/src/library/f33 | 0o100644 1 3 19b8d5c5",
  "/src/library/f34 | 0o100644 1 3 ea243e54",
  "/src/library/f35 | 0o100644 1 3 90d7ec0f",
  "/src/library/f36 | 0o100644 1 3 a4b2c5db",
  "/src/library/f37 | 0o100644 1 3 b58a3da5",
  "/src/library/f38 | 0o100644 1 3 a2c6c141",
  "/src/library/f39 | 0o100644 1 3 eedb85ab",
  "/src/library/f4 | 0o100644 1 2 7de1555d",
  "/src/library/f5 | 0o100644 1 2 f0b5c2c2",
  "/src/library/f6 | 0o100644 1 2 06e9d52c",
  "/src/library/f7 | 0o100644 1 2 10159baf",
  "/src/library/f8 | 0o100644 1 2 aa67a169",
  "/src/library/f9 | 0o100644 1 2 2e6d31a5",
  "/src/library/new | 0o100644 1 14 52afa9a4",
  "/src/library/ours-new | 0o100644 1 9 c19490a2",
  "/src/library/theirs-new | 0o100644 1 2 fe8edeeb",
];

/** Theirs was there: it keeps the names. */
export const OURS_ONTO_THEIRS: readonly string[] = [
  ...EITHER_WAY,
  "/README.conflict-<push>.md | 0o100600 1 11 ccd0c312",
  "/README.md | 0o100600 2 12 7e0d922f",
  "/hard | 0o100600 2 12 7e0d922f",
  "/same-path | 0o100644 1 2 3bb2abb6",
  "/same-path.conflict-<push> | 0o100644 1 2 73cb3858",
];

/** The other order. */
export const THEIRS_ONTO_OURS: readonly string[] = [
  ...EITHER_WAY,
  "/README.conflict-<push>.md | 0o100600 1 12 7e0d922f",
  "/README.md | 0o100600 2 11 ccd0c312",
  "/hard | 0o100600 2 11 ccd0c312",
  "/same-path | 0o100644 1 2 73cb3858",
  "/same-path.conflict-<push> | 0o100644 1 2 3bb2abb6",
];
