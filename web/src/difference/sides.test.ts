import { describe, expect, it } from "vitest";
import { fieldsOf, firstPair, justBefore, sideOf, type Shown, sidesOf } from "./sides";

const day = (at: string) => at.slice(0, 10);
const NOW = "2026-11-21T21:35:35.123456Z";
const TOLD = {
  id: "g", basis: { asOf: NOW, knownAt: NOW }, recordedAt: [], attributes: [],
  timeline: [
    { number: 1, validFrom: "2023-01-01T00:00:00Z", validTo: "2024-01-01T00:00:00Z", systemFrom: NOW, isDeleted: false, attributes: [] },
    { number: 2, validFrom: "2024-01-01T00:00:00Z", validTo: null, systemFrom: NOW, isDeleted: false, attributes: [] },
  ],
  supersededBeliefs: [
    { systemFrom: "2026-01-01T00:00:00Z", systemTo: "2026-02-01T00:00:00.000001Z", version: { number: 1, validFrom: "2023-06-01T00:00:00Z", validTo: null, isDeleted: false, attributes: [] } },
  ],
};
const shown = (values: Record<string, [string | null, string]>): Shown =>
  ({ attributes: Object.entries(values).map(([name, [value, eventId]]) => ({ name, group: name, value, rule: null, provenance: value ? { eventId } : null })) }) as unknown as Shown;

describe("sides", () => {
  const sides = sidesOf(TOLD, day);

  it("are the versions as known now and the beliefs as they were held, until just before they were given up", () => {
    expect(sides.map(({ key, asOf, knownAt }) => [key, asOf, knownAt])).toEqual([
      ["v1", "2023-01-01T00:00:00Z", NOW],
      ["v2", "2024-01-01T00:00:00Z", NOW],
      ["b1", "2023-06-01T00:00:00Z", "2026-02-01T00:00:00.000000Z"],
    ]);
  });

  it("begin with the last two versions, and with a belief where there is one version", () => {
    expect(firstPair(sides).map((side) => side?.key)).toEqual(["v1", "v2"]);
    expect(firstPair([sides[0]!, sides[2]!]).map((side) => side?.key)).toEqual(["b1", "v1"]);
  });

  it("can be two instants of the address, and nothing where it says nonsense", () => {
    expect(sideOf("2024-03-01@2026-01-05", sides, NOW, day)).toMatchObject({ asOf: "2024-03-01T00:00:00.000Z", knownAt: "2026-01-05T00:00:00.000Z" });
    expect(sideOf("2024-03-01@", sides, NOW, day)?.knownAt).toBe(NOW);
    expect([sideOf("v9", sides, NOW, day), sideOf(undefined, sides, NOW, day)]).toEqual([null, null]);
  });
});

describe("justBefore", () => {
  it("is a microsecond earlier, over the second too", () => {
    expect(justBefore("2026-02-01T00:00:00.000001Z")).toBe("2026-02-01T00:00:00.000000Z");
    expect(justBefore("2026-02-01T00:00:00Z")).toBe("2026-01-31T23:59:59.999999Z");
    expect(justBefore("2026-02-01T00:00:00.5Z")).toBe("2026-02-01T00:00:00.499999Z");
  });
});

describe("fieldsOf", () => {
  it("tells what changed first, and the same value of another source apart from the same", () => {
    const left = shown({ a: ["1", "x"], b: ["1", "x"], c: ["1", "x"], d: [null, ""], e: ["1", "x"] });
    const right = shown({ a: ["1", "x"], b: ["1", "y"], c: ["2", "y"], d: ["1", "y"], e: [null, ""] });
    expect(fieldsOf(left, right).map(({ name, change }) => [name, change])).toEqual([["c", "changed"], ["d", "added"], ["e", "removed"], ["b", "source"], ["a", "same"]]);
  });
});
