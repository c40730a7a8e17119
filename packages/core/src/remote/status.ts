import type { ErrorCode } from "../errors.ts";

const CODES: Readonly<Record<number, ErrorCode>> = {
  401: "unauthorized",
  403: "forbidden",
  404: "remote-not-found",
  429: "rate-limited",
};

/** What an HTTP status other than 200 means, whoever received it. */
export function codeOfStatus(status: number): ErrorCode {
  return CODES[status] ?? (status >= 500 ? "remote-error" : "remote-protocol");
}
