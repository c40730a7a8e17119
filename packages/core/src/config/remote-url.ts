import { SyncError } from "../errors.ts";

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** True for `localhost`, 127.0.0.0/8 and `[::1]`: the only hosts that may be spoken to without TLS. */
export function isLoopback(hostname: string): boolean {
  return LOOPBACK.test(hostname);
}

/** Whether a URL, with `{agent}` or without, leads to this machine: a server there may ask for no token. */
export function isLocalRemote(template: string): boolean {
  return isLoopback(URL.parse(template.trim().replaceAll("{agent}", "agent"))?.hostname ?? "");
}

/**
 * The base URL of one agent's database: `{agent}` filled in, `libsql:` read as `https:`, trailing slashes removed.
 * @throws SyncError `config-invalid` for another scheme, `http:` beyond loopback, credentials, a query or a fragment.
 * @example resolveRemoteUrl("libsql://{agent}-acme.turso.io", "bot") // "https://bot-acme.turso.io"
 */
export function resolveRemoteUrl(template: string, agent: string): string {
  const text = template.trim().replaceAll("{agent}", agent);
  const url = URL.parse(text);
  const refuse = (why: string, next: string): never => {
    throw new SyncError("config-invalid", `The remote URL ${quoteWithoutSecrets(text, url)} ${why}.`, { hint: next });
  };
  if (url === null || !/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) {
    return refuse("is not a URL", "Write it as libsql://…, https://… or, on this machine only, http://127.0.0.1:PORT.");
  }
  if (!["libsql:", "https:", "http:"].includes(url.protocol)) {
    return refuse(`has the scheme "${url.protocol}"`, "Use libsql://… or https://… (http://… only on loopback).");
  }
  if (url.username !== "" || url.password !== "") {
    return refuse("holds credentials", "Take them out of the URL and pass the token in TURSO_DB_AUTH_TOKEN.");
  }
  if (url.search !== "" || url.hash !== "") {
    return refuse("has a query or a fragment", "Give the plain address of the database; pass the token in TURSO_DB_AUTH_TOKEN.");
  }
  if (url.hostname === "") return refuse("names no host", "Write it as libsql://HOST or https://HOST.");
  if (url.protocol === "http:" && !isLoopback(url.hostname)) {
    return refuse("is not encrypted", "Use https://… or libsql://…; http:// is for loopback only.");
  }
  const scheme = url.protocol === "http:" ? "http:" : "https:";
  return `${scheme}//${url.host}${url.pathname.replace(/\/+$/, "")}`;
}

/** What stands before an `@` may be a password, also where the text is no URL: in one that is misspelt, for one. */
function quoteWithoutSecrets(text: string, url: URL | null): string {
  if (url === null || url.hostname === "") {
    const shown = text.replace(/^((?:[a-z][a-z0-9+.-]*:)?\/+)?.*@/is, "$1***@").replace(/[?#].*$/s, "");
    return `"${shown}"`;
  }
  return `"${url.protocol}//${url.host}${url.pathname === "/" ? "" : url.pathname}"`;
}
