import { describe, expect, it } from "vitest";
import { axisOf, merged } from "./gaps";

const HOUR = 3_600_000;

describe("merged", () => {
  it("puts stretches that touch or overlap together", () => {
    expect(merged([{ from: 5, to: 9 }, { from: 0, to: 2 }, { from: 2, to: 4 }, { from: 6, to: 7 }])).toEqual([{ from: 0, to: 4 }, { from: 5, to: 9 }]);
  });
});

describe("axisOf", () => {
  const bursts = [{ from: 0, to: HOUR }, { from: 100 * HOUR, to: 101 * HOUR }, { from: 300 * HOUR, to: 301 * HOUR }];

  it("gives what happens the room that gaps would take", () => {
    const kept = axisOf(bursts, 1000, false);
    const squeezed = axisOf(bursts, 1000, true);
    expect(kept.gaps).toEqual([]);
    expect(kept.x(HOUR) - kept.x(0)).toBeCloseTo(1000 / 301);
    expect(squeezed.gaps.map(({ from, to }) => [from, to])).toEqual([[HOUR, 100 * HOUR], [101 * HOUR, 300 * HOUR]]);
    expect(squeezed.x(HOUR) - squeezed.x(0)).toBeCloseTo((1000 - 52) / 3);
    expect(squeezed.x(301 * HOUR)).toBeCloseTo(1000);
  });

  it("keeps the order of instants, in gaps too, and every tick out of gaps", () => {
    const axis = axisOf(bursts, 1000, true);
    const places = Array.from({ length: 302 }, (_, hour) => axis.x(hour * HOUR));
    expect(places.every((place, index) => index === 0 || place >= places[index - 1]!)).toBe(true);
    expect(axis.ticks.length).toBeGreaterThan(2);
    for (const { at } of axis.ticks) expect(axis.gaps.some(({ from, to }) => at > from && at < to)).toBe(false);
  });

  it("holds for nothing, and for one instant", () => {
    expect(axisOf([], 500, true).x(0)).toBe(0);
    expect(axisOf([{ from: 7, to: 7 }], 500, true).x(7)).toBe(0);
  });
});
