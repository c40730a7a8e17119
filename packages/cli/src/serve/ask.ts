import { request } from "node:http";

/** Whether a server answers there. One request, one connection, closed at once: an idle one would block tursodb. */
export function ask(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const asked = request({ host: "127.0.0.1", port, method: "GET", path: "/", agent: false, timeout: 2_000 }, (response) => {
      response.resume().once("close", () => resolve(true));
    });
    asked.once("timeout", () => asked.destroy()).once("error", () => resolve(false));
    asked.end();
  });
}
