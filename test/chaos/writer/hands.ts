/** How a writer touches the agent's database: by stock SQLite, by the SDK, or through the official sync client. */
export interface Hands {
  /** Paths of all regular files. */
  files(): Promise<readonly string[]>;
  read(path: string): Promise<Buffer>;
  /** Makes the file, and its folder, or gives it another content. */
  write(path: string, content: Buffer): Promise<void>;
  append(path: string, content: Buffer): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  /** Values as JSON texts by key. */
  keys(): Promise<ReadonlyMap<string, string>>;
  setKey(key: string, value: string): Promise<void>;
  removeKey(key: string): Promise<void>;
  call(name: string): Promise<void>;
  close(): Promise<void>;
}

/** `/common/a` → `["/common", "a"]`, `/a` → `["", "a"]`. Nothing lies deeper. */
export function splitPath(path: string): readonly [folder: string, name: string] {
  const slash = path.lastIndexOf("/");
  return [path.slice(0, slash), path.slice(slash + 1)];
}
