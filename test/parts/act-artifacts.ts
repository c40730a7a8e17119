import { once } from "node:events";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { onCleanUp } from "./cleanup.ts";

/**
 * The address of act's own server for artifacts, on that port, for clients that take the padding from a signature: all that upload by
 * Azure's library do, and act wants it back (until 0.2.89).
 */
export async function startActArtifacts(port: number): Promise<string> {
  const server = createServer((asked, answer) => {
    const { method, headers, url = "" } = asked;
    const path = url.replace(/([?&]sig=[\w-]{43})(?=&)/, "$1=");
    const passed = request({ host: "127.0.0.1", port, method, headers, path }, (answered) => {
      answer.writeHead(answered.statusCode ?? 502, answered.headers);
      answered.pipe(answer);
    });
    passed.once("error", () => answer.destroy());
    asked.pipe(passed);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onCleanUp(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}
