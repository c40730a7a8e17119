import { expect, it } from "vitest";
import { callBuiltins } from "./builtins.mjs";

it.each([
  ['import * as fs$1 from "node:fs";', 'const fs$1 = process.getBuiltinModule("node:fs");'],
  ['import $ from "node:fs";', 'const $ = process.getBuiltinModule("node:fs");'],
  [
    'import fs, { stat as s$2, open } from "node:fs";',
    'const fs = process.getBuiltinModule("node:fs");\nconst { stat: s$2, open } = process.getBuiltinModule("node:fs");',
  ],
  [
    'import { Hash, createHash as h } from "node:crypto";',
    'const { Hash } = process.getBuiltinModule("node:crypto");\nlet h = (...args) => (h = process.getBuiltinModule("node:crypto").createHash)(...args);',
  ],
])("%s is a call", (code, called) => {
  expect(callBuiltins(code)).toBe(called);
});

it.each([
  'import "node:fs";',
  'import{a}from"node:fs";',
  'import fs, * as all from "node:fs";',
  'import { default as fs } from "node:fs";',
])("%s is refused, not left out", (code) => {
  expect(() => callBuiltins(code)).toThrow("not understood: import");
});
