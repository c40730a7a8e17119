import { expect, test } from "vitest";
import { makeStreamRedactor } from "./redact-stream.ts";

test("what cannot be the beginning of a secret comes out at once, and no beginning ever does", () => {
  const redactor = makeStreamRedactor(["s3cret-token"]);
  const write = (text: string) => Buffer.from(redactor.write(Buffer.from(text))).toString();
  expect(write("Name? ")).toBe("Name? ");
  expect(write("x s3cret")).toBe("x ");
  expect(write("-tok")).toBe("");
  expect(write("en y")).toBe("*** y");
  expect(write("s3cret-")).toBe("");
  expect(write("ly")).toBe("s3cret-ly");
  expect(write("s3")).toBe("");
  expect(Buffer.from(redactor.end()).toString()).toBe("s3");
});
