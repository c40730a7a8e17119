/** How programs differ in the rows that they write for one and the same operation. */
export interface Conventions {
  /** A directory's link count: 2 and its subdirectories, or 1. */
  readonly countsSubdirectories: boolean;
  /** The inode of a removed directory stays, without an entry; or only if its link count says so, which another program may have given it. */
  readonly leavesRemovedDirectories: "always" | "if counted" | "never";
  /** Times have a part below the second. */
  readonly writesNanoseconds: boolean;
  /** Directories get the time at which an entry of theirs changed. */
  readonly touchesDirectories: "always" | "at a rename" | "never";
}

/** `sdk`: agentfs-sdk 0.6.4. `program`: the mount of agentfs 0.6.4. `plain`: somebody's own SQL. */
export const CONVENTIONS = {
  sdk: {
    countsSubdirectories: false,
    leavesRemovedDirectories: "if counted",
    writesNanoseconds: false,
    touchesDirectories: "at a rename",
  },
  program: {
    countsSubdirectories: true,
    leavesRemovedDirectories: "always",
    writesNanoseconds: true,
    touchesDirectories: "always",
  },
  plain: {
    countsSubdirectories: false,
    leavesRemovedDirectories: "never",
    writesNanoseconds: false,
    touchesDirectories: "never",
  },
} as const satisfies Record<string, Conventions>;

export type WriterKind = keyof typeof CONVENTIONS;
export const WRITER_KINDS = Object.keys(CONVENTIONS) as readonly WriterKind[];
