/**
 * Whether a name matches a pattern: `*` and `?` stand for anything but a slash, `**` for anything at all. The first slash of a path may be
 * left out.
 * @example matcher("notes/**")("/notes/a/b.md") // true
 */
export function matcher(pattern: string): (name: string) => boolean {
  const isOther = /^(key|row|tool):/.test(pattern);
  const full = isOther || pattern.startsWith("/") || pattern.startsWith("**") ? pattern : `/${pattern}`;
  const source = full.replace(/\*\*\/?|\*|\?|[^*?]+/g, (part) => {
    if (part === "**/") return "(?:.*/)?";
    if (part === "**") return ".*";
    if (part === "*") return isOther ? ".*" : "[^/]*";
    return part === "?" ? "[^/]" : part.replace(/[\\^$.+()[\]{}|]/g, "\\$&");
  });
  const expression = new RegExp(`^${source}$`, "su");
  return (name) => expression.test(name);
}
