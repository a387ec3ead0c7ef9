import { describe, expect, it } from "vitest";
import { axisOver } from "./axis";
import type { Former, History, Version } from "./history";
import { fitted, LABEL_WIDTH, neighbour, pictureOf, stacked, stops } from "./picture";

const day = (text: string) => Date.parse(`${text}T00:00:00Z`);

function version(number: number, from: string, to: string | null, label = "address"): Version {
  return {
    key: `v${number}`,
    number,
    from: day(from),
    to: to === null ? null : day(to),
    isDeleted: false,
    label,
    carried: [
      { lane: "message", at: "2026-01-01T00:00:00Z", texts: [`customers 0@${number}`, `0@${number}`], runId: null },
      { lane: "file", at: "2026-01-01T00:00:05Z", texts: ["part-0001.parquet row 7", "row 7"], runId: "r" },
      { lane: "load", at: number === 3 ? null : "2026-01-01T00:00:09Z", texts: ["loaded", "00:00"], runId: null },
    ],
    attributes: [],
    systemFrom: "2026-01-01T00:00:00Z",
  };
}

function former(key: string, from: string, to: string): Former {
  const { attributes: _, ...rest } = version(2, from, to, "Köln");
  return { ...rest, key, values: new Map(), systemFrom: "2025-01-01T00:00:00Z", systemTo: "2026-01-01T00:00:00Z" };
}

const HISTORY: History = {
  versions: [version(1, "2023-01-09", "2023-06-15", "created"), version(2, "2023-06-15", "2024-05-18"), version(3, "2024-05-18", null)],
  formers: [former("f0", "2023-06-15", "2023-09-04")],
  lanes: ["message", "file", "load"],
};
const NOW = day("2026-11-21");

describe("axisOver", () => {
  it("goes there and back, to scale and with long gaps drawn in", () => {
    for (const isEven of [false, true]) {
      const axis = axisOver([day("2023-01-01"), day("2023-01-08"), NOW], 100, 900, isEven);
      for (const at of [day("2023-01-01"), day("2023-01-03"), day("2024-07-01"), NOW]) expect(Math.abs(axis.at(axis.x(at)) - at)).toBeLessThan(60_000);
      expect([axis.x(0), axis.x(NOW + 1)]).toEqual([100, 900]);
    }
  });

  it("gives a week beside years the room to be told apart, and says which stretch is drawn in", () => {
    const instants = [day("2023-01-01"), day("2023-01-08"), NOW];
    expect(axisOver(instants, 0, 800, false).x(day("2023-01-08"))).toBeLessThan(5);
    const even = axisOver(instants, 0, 800, true);
    expect(even.x(day("2023-01-08"))).toBeGreaterThan(100);
    expect(axisOver([...instants, day("2019-01-01")], 0, 800, true).x(day("2023-01-08"))).toBeGreaterThan(even.x(day("2023-01-01")));
  });

  it("writes no two ticks so near that they cannot be read, the years first", () => {
    const axis = axisOver([day("2019-03-01"), day("2023-06-15"), NOW], 128, 900, true);
    const places = axis.ticks.map(({ x }) => x);
    places.slice(1).forEach((x, place) => expect(x - (places[place] ?? 0)).toBeGreaterThanOrEqual(58));
    expect(axis.ticks.map(({ text }) => text)).toContain("2022");
  });

  it("shows the day around a single instant", () => {
    const axis = axisOver([day("2024-02-02")], 0, 100, true);
    expect([axis.start, axis.end]).toEqual([day("2024-02-02") - 43_200_000, day("2024-02-02") + 43_200_000]);
  });
});

describe("pictureOf", () => {
  const picture = pictureOf(HISTORY, 1200, NOW, true);

  it("lets each version begin where the one before ends, and the last go on to the right end", () => {
    const [first, second, third] = picture.versions;
    expect(first?.x).toBe(LABEL_WIDTH + 1);
    expect((first?.x ?? 0) + (first?.width ?? 0) + 2).toBeCloseTo(second?.x ?? 0);
    expect([first?.isOpen, third?.isOpen]).toEqual([false, true]);
    expect((third?.x ?? 0) + (third?.width ?? 0)).toBeCloseTo(picture.axis.right - 1);
  });

  it("puts what was believed before below the versions, over the time it spoke of", () => {
    const [ghost] = picture.formers;
    expect(ghost?.x).toBe(picture.versions[1]?.x);
    expect(ghost?.y).toBeGreaterThan((picture.versions[1]?.y ?? 0) + (picture.versions[1]?.height ?? 0));
  });

  it("lines the dots of a version up under it, with a ring where one is missing", () => {
    const own = picture.dots.filter(({ stretch }) => stretch === "v3");
    expect(new Set(own.map(({ x }) => x)).size).toBe(1);
    expect(own.map(({ of, isMissing }) => [of.lane, isMissing])).toEqual([
      ["message", false],
      ["file", false],
      ["load", true],
    ]);
    expect(own.at(-1)?.text).toBe("not loaded");
    const line = picture.lines.find(({ stretch }) => stretch === "v3");
    expect([line?.x, line?.to]).toEqual([own[0]?.x, own.at(-1)?.y]);
  });

  it("lets no two dots of a lane touch, and no label run into the next dot", () => {
    for (const y of new Set(picture.dots.map((dot) => dot.y))) {
      const lane = picture.dots.filter((dot) => dot.y === y).sort((a, b) => a.x - b.x);
      lane.slice(1).forEach((dot, place) => {
        const before = lane[place];
        expect(dot.x - (before?.x ?? 0)).toBeGreaterThanOrEqual(15);
        expect((before?.x ?? 0) + 11 + (before?.text.length ?? 0) * 6.1).toBeLessThanOrEqual(dot.x);
      });
    }
  });

  it("is the same for the same history, whatever came before", () => {
    const { axis: _, ...again } = pictureOf(HISTORY, 1200, NOW, true);
    const { axis: __, ...first } = picture;
    expect(again).toEqual(first);
  });

  it("stays within its width with a hundred versions in a week", () => {
    const many = Array.from({ length: 100 }, (_, n) => {
      const at = (hours: number) => new Date(day("2024-01-01") + hours * 3_600_000).toISOString().slice(0, 10);
      return { ...version(n + 1, at(0), null), from: day("2024-01-01") + n * 3_600_000, to: n === 99 ? null : day("2024-01-01") + (n + 1) * 3_600_000 };
    });
    const dense = pictureOf({ versions: many, formers: [], lanes: [] }, 900, NOW, true);
    expect(Math.max(...dense.versions.map(({ x, width }) => x + width))).toBeLessThanOrEqual(900);
    expect(dense.versions.every(({ text, width }) => text.length * 6 <= width)).toBe(true);
  });
});

describe("stacked", () => {
  it("uses as few levels as keep bars apart", () => {
    const bar = (x: number, width: number) => ({ of: former(`f${x}`, "2023-01-01", "2023-02-01"), x, y: 0, width, height: 1, text: "", isOpen: false });
    const levels = stacked([bar(0, 50), bar(10, 10), bar(30, 30), bar(60, 5)]).map(({ level }) => level);
    expect(levels).toEqual([0, 1, 1, 0]);
  });
});

describe("fitted", () => {
  it("takes the longest text that fits, cuts the last, and says nothing where nothing can be read", () => {
    expect(fitted(["customers 0@1041", "0@1041"], 200)).toBe("customers 0@1041");
    expect(fitted(["customers 0@1041", "0@1041"], 60)).toBe("0@1041");
    expect(fitted(["v4 · last name, email"], 70)).toBe("v4 · last…");
    expect(fitted(["v4 · address"], 30)).toBe("");
  });
});

describe("neighbour", () => {
  it("goes from version to version and stays at the ends", () => {
    const all = stops(HISTORY);
    expect(neighbour(all, NOW, -1)).toBe(day("2024-05-18"));
    expect(neighbour(all, day("2024-05-18"), -1)).toBe(day("2023-06-15"));
    expect(neighbour(all, day("2023-01-09"), -1)).toBe(day("2023-01-09"));
    expect(neighbour(all, 0, 1)).toBe(day("2023-01-09"));
  });
});
