import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { joinMessages } from "../../../../test/parts/page-stream.ts";
import { Deadline } from "./deadline.ts";
import { openRemote } from "./http.ts";
import { openPages, PAGE_SIZE_BYTES, type PageStream } from "./pages.ts";
import { stringField } from "./protobuf.ts";

const REVISION = stringField(1, "revision");
const COUNT_FIELD = 2 * 8;
const PAGE = Buffer.concat([Buffer.from([2 * 8 + 2, 0x80, PAGE_SIZE_BYTES >> 7]), Buffer.alloc(PAGE_SIZE_BYTES)]);
const NO_PAGE = Buffer.from([8, 5]);

/** By path: how an answer begins that has no end. */
const ANSWERS: Readonly<Record<string, readonly Buffer[]>> = {
  "/good": [Buffer.from([...REVISION, COUNT_FIELD, 1]), PAGE],
  "/wrong": [Buffer.from([...REVISION, COUNT_FIELD, 1]), PAGE, NO_PAGE],
  "/large": [Buffer.from([...REVISION, COUNT_FIELD, 0xff, 0xff, 0xff, 0xff, 0x7f])],
};
let closed: Promise<unknown>;
const server = createServer((request, response) => {
  closed = once(response, "close");
  response.writeHead(200, { "transfer-encoding": "chunked" });
  response.write(joinMessages(ANSWERS[request.url?.replace("/pull-updates", "") ?? ""] ?? []));
});
beforeAll(async () => {
  await once(server.listen(0, "127.0.0.1"), "listening");
});
afterAll(() => void server.close());

function open(path: string): Promise<PageStream> {
  const { port } = server.address() as AddressInfo;
  return openPages(
    openRemote(`http://127.0.0.1:${port}${path}`, null, new Deadline(60_000), () => undefined),
    null,
  );
}

test("an answer that is given up is closed, begun or not: nobody waits for its end", async () => {
  await (await open("/good")).pages.return(undefined);
  await closed;
  const { pages } = await open("/good");
  expect((await pages.next()).value).toHaveLength(1);
  await pages.return(undefined);
  await closed;
});

test("an answer that is not understood is closed as well", async () => {
  await expect((await open("/wrong")).pages.next()).rejects.toThrow("a page of another form");
  await closed;
  await expect(open("/large")).rejects.toThrow("a database of 34359738367 pages");
  await closed;
});
