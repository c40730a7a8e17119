import fc from "fast-check";
import { expect, test } from "vitest";
import { type IdMap, idMapFromJson, idMapSchema, idMapToJson, toRemote } from "./id-map.ts";

const number = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const numbers = fc.array(fc.tuple(number, number)).map((pairs) => new Map(pairs));
const places = fc.array(fc.tuple(number, fc.record({ parentIno: number, name: fc.string() }))).map((pairs) => new Map(pairs));
const key = fc.oneof(number, fc.string());
const keys = fc.array(fc.tuple(key, key)).map((pairs) => new Map(pairs));
const rows = fc.array(fc.tuple(fc.string(), keys)).map((pairs) => new Map(pairs));
const idMap: fc.Arbitrary<IdMap> = fc.record({ inode: numbers, entry: numbers, toolCall: numbers, places, rows });

test("a map of numbers comes back from JSON as it was, whatever 64-bit numbers are in it", () => {
  fc.assert(
    fc.property(idMap, (map) => {
      expect(idMapFromJson(idMapSchema.parse(JSON.parse(JSON.stringify(idMapToJson(map)))))).toEqual(map);
    }),
  );
});

test("a number that is in no map is the same on both sides", () => {
  fc.assert(
    fc.property(numbers, number, (map, local) => {
      expect(toRemote(map, local)).toBe(map.get(local) ?? local);
    }),
  );
});

test.for([["1.5", "2"], ["", "2"], ["0x1", "2"], ["1", "2", "3"], ["1"], [1, 2]])(
  "what is no pair of whole numbers is refused: %j",
  (pair) => {
    expect(idMapSchema.safeParse({ inode: [pair], entry: [], toolCall: [], places: [], rows: [] }).success).toBe(false);
  },
);
