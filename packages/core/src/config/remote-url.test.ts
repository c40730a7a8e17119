import { describe, expect, test } from "vitest";
import { SyncError } from "../errors.ts";
import { isLoopback, resolveRemoteUrl } from "./remote-url.ts";

describe("a remote URL", () => {
  test.for([
    ["libsql://bot-acme.turso.io", "https://bot-acme.turso.io"],
    ["https://bot-acme.turso.io/", "https://bot-acme.turso.io"],
    ["https://host:8443/db//", "https://host:8443/db"],
    ["HTTPS://Host.Example/Path", "https://host.example/Path"],
    ["  libsql://{agent}.example  ", "https://my-agent.example"],
    ["https://host/{agent}/{agent}", "https://host/my-agent/my-agent"],
    ["http://127.0.0.1:8080", "http://127.0.0.1:8080"],
    ["http://localhost:8080/", "http://localhost:8080"],
    ["http://[::1]:8080", "http://[::1]:8080"],
    ["https://host:443", "https://host"],
  ])("%s is %s", ([text, url]) => {
    expect(resolveRemoteUrl(text ?? "", "my-agent")).toBe(url);
  });

  test.for([
    ["nonsense", /is not a URL/],
    ["localhost:8080", /is not a URL/],
    ["//host/db", /is not a URL/],
    ["ftp://host", /has the scheme "ftp:"/],
    ["file:///etc/passwd", /has the scheme "file:"/],
    ["ws://127.0.0.1", /has the scheme "ws:"/],
    ["http://example.com", /is not encrypted/],
    ["http://127.0.0.1.example.com", /is not encrypted/],
    ["http://10.0.0.1", /is not encrypted/],
    ["https://user:word@host", /holds credentials/],
    ["https://user@host", /holds credentials/],
    ["https://host/?authToken=word", /has a query or a fragment/],
    ["https://host/#word", /has a query or a fragment/],
    ["libsql:///db", /is not a URL|names no host/],
    ["user:word@host", /"\*\*\*@host" is not a URL/],
    ["libsql:user:word@host", /is not a URL/],
    ["libsql:/user:word@host", /is not a URL/],
    ["https://user:pass@word@host:port", /"https:\/\/\*\*\*@host:port" is not a URL/],
    ["https://user:pass/word@host:port", /is not a URL/],
    ["https://user:pass?word@host:port", /is not a URL/],
  ] as const)("%s is refused, and no secret in it is shown", ([text, says]) => {
    const refusal = (): SyncError => {
      try {
        resolveRemoteUrl(text, "bot");
      } catch (thrown) {
        if (thrown instanceof SyncError) return thrown;
        throw thrown;
      }
      throw new Error(`${text} was taken`);
    };
    const { code, message, hint } = refusal();
    expect(code).toBe("config-invalid");
    expect(message).toMatch(says);
    expect(message).not.toContain("word");
    expect(hint).toMatch(/\.$/);
  });
});

test.for([
  ["localhost", true],
  ["127.0.0.1", true],
  ["127.8.9.10", true],
  ["[::1]", true],
  ["localhost.example", false],
  ["127.0.0.1.example", false],
  ["0.0.0.0", false],
  ["192.168.0.1", false],
  ["[::2]", false],
] as const)("%s is loopback: %s", ([host, isIt]) => {
  expect(isLoopback(host)).toBe(isIt);
});
