import { expect, it } from "vitest";
import { machine } from "../parts/machine.ts";
import { type Answer, type RecordedRequest, startProxy } from "../parts/proxy.ts";
import { startServer } from "../parts/server.ts";

/** As long as real ones are: longer than what is quoted of an answer. */
const TOKEN = `eyJhbGciOiJFZERTQSJ9.${"p".repeat(81)}.${"S".repeat(86)}`;

/** Any twelve characters of it in a row would be a part of it. */
const PARTS = Array.from({ length: TOKEN.length - 11 }, (_, at) => TOKEN.slice(at, at + 12));

const ECHOES: readonly [string, (request: RecordedRequest) => Answer][] = [
  ["a refusal", ({ headers }) => ({ status: 401, body: `{"error":"invalid token: ${headers.authorization}"}` })],
  ["an answer that is no JSON", ({ headers }) => ({ status: 200, body: `<p>${headers.authorization}` })],
];

it.each(ECHOES)("I8: no part of a token that %s quotes, and that is cut there, is in the report", async (_, echo) => {
  const server = await startServer();
  const proxy = await startProxy({ upstream: server.url, fault: echo });
  const m = await machine(proxy.url, { authToken: TOKEN });
  const report = await m.run("pull");
  expect(report.error).not.toBeNull();
  const said = `${JSON.stringify(report)}${m.lines.join()}`;
  expect(PARTS.filter((part) => said.includes(part))).toEqual([]);
});
