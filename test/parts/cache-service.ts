import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { onCleanUp } from "./cleanup.ts";

/** One entry of the cache: what a job uploaded, as it came. */
export interface CacheEntry {
  readonly key: string;
  readonly version: string;
  content: Buffer;
}

/** One artifact: a zip, as it came. */
export interface Artifact {
  readonly id: number;
  readonly name: string;
  content: Buffer;
}

export interface CacheService {
  /** What the runner hands to a step so that it finds the service. */
  readonly env: Readonly<Record<string, string>>;
  /** Finished entries, the newest last. */
  readonly entries: CacheEntry[];
  /** Finished artifacts, the newest last. */
  readonly artifacts: Artifact[];
  /** Names of the calls so far, e.g. `CreateCacheEntry`, and `PUT` and `GET` of content. */
  readonly calls: string[];
  /** What goes wrong from now on. `out`: every answer is 503. `denied`: this run may not write. `unreadable`: no content comes. */
  mode: "well" | "out" | "denied" | "unreadable";
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * GitHub's cache service, version 2, as far as `@actions/cache` uses it: three Twirp calls in JSON, and a blob store that takes and gives
 * content. Entries never change; a key is looked for as it is, then the newest one that begins with one of the restore keys. And the service
 * for artifacts, which is the same one, as far as `@actions/artifact` uploads: an artifact has a name that no other one of the run has.
 * Source: packages/cache/src/generated/results/api/v1/cache.ts and packages/artifact/src/generated/results/api/v1/artifact.ts in actions/toolkit.
 */
export async function startCacheService(): Promise<CacheService> {
  const uploads = new Map<string, CacheEntry>();
  const artifacts = new Map<string, Artifact>();
  const server = createServer((request, response) => {
    void answer(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the service has no port");
  const url = `http://127.0.0.1:${address.port}/`;
  onCleanUp(() => {
    server.closeAllConnections();
    server.close();
  });
  const service: CacheService = {
    env: {
      ACTIONS_CACHE_SERVICE_V2: "true",
      ACTIONS_RESULTS_URL: url,
      ACTIONS_RUNTIME_TOKEN: `runtime.${btoa(JSON.stringify({ scp: "Actions.Results:run:job" }))}.token`,
      // Elsewhere than at GitHub itself, version 1 is spoken.
      GITHUB_SERVER_URL: "https://github.com",
    },
    entries: [],
    artifacts: [],
    calls: [],
    mode: "well",
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    const { pathname, searchParams } = new URL(request.url ?? "/", url);
    const [first, ...rest] = pathname.split("/").filter((part) => part !== "");
    const call = first === "twirp" ? (rest[1] ?? "") : (request.method ?? "");
    service.calls.push(call);
    const id = rest.at(-1) ?? "";
    if (service.mode === "out") json(response, { msg: "the service is out" }, 503);
    else if (first === "twirp") json(response, ...twirp(call, JSON.parse(body.toString("utf8")) as Fields));
    else if (call === "PUT") put(id, searchParams.get("comp"), body, response);
    else get(service.mode === "unreadable" ? undefined : service.entries[Number(id)], request, response);
  }

  function twirp(call: string, fields: Fields): readonly [body: Fields, status?: number] {
    const key = String(fields["key"]);
    const version = String(fields["version"]);
    if (call === "GetCacheEntryDownloadURL") {
      const found = find(key, version, (fields["restore_keys"] ?? []) as readonly string[]);
      if (found === undefined) return [{ ok: false }];
      const at = service.entries.indexOf(found);
      return [{ ok: true, signed_download_url: `${url}blobs/get/${at}?sig=signature`, matched_key: found.key }];
    }
    if (service.mode === "denied") return [{ code: "permission_denied", msg: "cache write denied: this run may only read" }, 403];
    if (call.endsWith("Artifact")) return artifact(call, String(fields["name"]));
    if (call === "CreateCacheEntry") {
      const isTaken = service.entries.some((entry) => entry.key === key && entry.version === version);
      if (isTaken)
        return [{ code: "already_exists", msg: "cache entry with the same key, version, and scope already exists" }, 409];
      const id = randomUUID();
      uploads.set(id, { key, version, content: Buffer.alloc(0) });
      return [{ ok: true, signed_upload_url: `${url}blobs/put/${id}?sig=signature` }];
    }
    const [id, upload] = [...uploads].find(([, entry]) => entry.key === key && entry.version === version) ?? [];
    if (id === undefined || upload === undefined || upload.content.length !== Number(fields["size_bytes"]))
      return [{ ok: false }];
    uploads.delete(id);
    service.entries.push(upload);
    return [{ ok: true, entry_id: String(service.entries.length) }];
  }

  function artifact(call: string, name: string): readonly [body: Fields, status?: number] {
    if (call === "CreateArtifact") {
      if (service.artifacts.some((one) => one.name === name))
        return [{ code: "already_exists", msg: "an artifact with this name already exists on the workflow run" }, 409];
      const id = randomUUID();
      artifacts.set(id, { id: service.artifacts.length + 1000, name, content: Buffer.alloc(0) });
      return [{ ok: true, signed_upload_url: `${url}blobs/put/${id}?sig=signature` }];
    }
    const upload = [...artifacts.values()].find((one) => one.name === name);
    if (upload === undefined) return [{ ok: false }];
    service.artifacts.push(upload);
    return [{ ok: true, artifact_id: String(upload.id) }];
  }

  function find(key: string, version: string, prefixes: readonly string[]): CacheEntry | undefined {
    const same = service.entries.filter((entry) => entry.version === version);
    const newest = (prefix: string) => same.findLast((entry) => entry.key.startsWith(prefix));
    return same.find((entry) => entry.key === key) ?? [key, ...prefixes].map(newest).find((entry) => entry !== undefined);
  }

  /** At once, or block by block, and then the list of them. */
  function put(id: string, part: string | null, body: Buffer, response: ServerResponse): void {
    const upload = uploads.get(id) ?? artifacts.get(id);
    if (upload !== undefined && part === "block") upload.content = Buffer.concat([upload.content, body]);
    else if (upload !== undefined && part === null) upload.content = body;
    response
      .writeHead(upload === undefined ? 404 : 201, { etag: '"1"', "x-ms-request-id": id, "x-ms-version": "2025-01-05" })
      .end();
  }

  function get(entry: CacheEntry | undefined, request: IncomingMessage, response: ServerResponse): void {
    if (entry === undefined) {
      json(response, {}, 404);
      return;
    }
    const [, from = "0", to = String(entry.content.length - 1)] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? "") ?? [];
    const part = entry.content.subarray(Number(from), Number(to) + 1);
    response.writeHead(request.headers.range === undefined ? 200 : 206, { "content-length": part.length });
    response.end(request.method === "HEAD" ? undefined : part);
  }

  return service;
}

function json(response: ServerResponse, body: Fields, status = 200): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
