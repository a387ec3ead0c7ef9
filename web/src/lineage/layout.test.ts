import { describe, expect, it } from "vitest";
import { arranged, BOX_WIDTH, columnX, continued, pushed, ROW_GAP, type Arrow, type Box, type Places } from "./layout";

/** Numbers from a seed, so that every run sees the same graphs. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function estate(count: number, edges: number, seed = 7): { boxes: Box[]; arrows: Arrow[] } {
  const next = numbers(seed);
  const boxes = Array.from({ length: count }, (_, i) => ({
    id: `n${i}`,
    lane: i % 2 === 1 ? -1 : Math.floor((i / count) * 6),
    height: 56,
  }));
  const arrows = Array.from({ length: edges }, () => {
    const from = Math.floor(next() * (count - 1));
    return { from: `n${from}`, to: `n${Math.min(count - 1, from + 1 + Math.floor(next() * 40))}` };
  });
  return { boxes, arrows };
}

function shuffled<Item>(items: readonly Item[], seed: number): Item[] {
  const next = numbers(seed);
  return items.map((item) => ({ item, at: next() })).sort((a, b) => a.at - b.at).map(({ item }) => item);
}

function overlaps(boxes: readonly Box[], places: Places): number {
  const columns = new Map<number, [number, number][]>();
  for (const { id, height } of boxes) {
    const { column, y } = places.get(id)!;
    columns.set(column, [...(columns.get(column) ?? []), [y, y + height]]);
  }
  let found = 0;
  for (const stretches of columns.values()) {
    stretches.sort((a, b) => a[0] - b[0]);
    for (let i = 1; i < stretches.length; i++) if (stretches[i]![0] < stretches[i - 1]![1]) found++;
  }
  return found;
}

const CHAIN: Arrow[] = [
  { from: "file", to: "load" },
  { from: "load", to: "table" },
];
const BOXES: Box[] = [
  { id: "file", lane: 2, height: 56 },
  { id: "load", lane: -1, height: 56 },
  { id: "table", lane: 4, height: 56 },
];

describe("a graph placed anew", () => {
  it("goes left to right from the anchor in column 0", () => {
    const places = arranged(BOXES, CHAIN, "load");
    expect(Object.fromEntries(places)).toEqual({
      file: { column: -1, y: -28 },
      load: { column: 0, y: -28 },
      table: { column: 1, y: -28 },
    });
  });

  it("is the same whatever the order of nodes and edges", () => {
    const { boxes, arrows } = estate(300, 450);
    const first = arranged(boxes, arrows, "n0");
    for (const seed of [1, 2, 3]) {
      const again = arranged(shuffled(boxes, seed), shuffled(arrows, seed + 10), "n0");
      expect(new Map([...again].sort())).toEqual(new Map([...first].sort()));
    }
  });

  it("lets nothing overlap and every edge lead right", () => {
    const { boxes, arrows } = estate(500, 750);
    const places = arranged(boxes, arrows, "n0");
    expect(overlaps(boxes, places)).toBe(0);
    expect(arrows.filter(({ from, to }) => from !== to && places.get(from)!.column >= places.get(to)!.column)).toEqual([]);
  });

  it("has an answer for cycles, edges to nowhere, and no nodes at all", () => {
    const cycle: Arrow[] = [...CHAIN, { from: "table", to: "file" }, { from: "table", to: "gone" }, { from: "file", to: "file" }];
    const places = arranged(BOXES, cycle, "file");
    expect(new Set([...places.values()].map(({ column }) => column)).size).toBe(3);
    expect(arranged([], [], "file").size).toBe(0);
  });

  it("keeps lanes in their order", () => {
    const boxes: Box[] = [
      { id: "topic", lane: 1, height: 56 },
      { id: "table", lane: 4, height: 56 },
      { id: "a", lane: -1, height: 56 },
      { id: "b", lane: -1, height: 56 },
      { id: "report", lane: 5, height: 56 },
    ];
    const arrows: Arrow[] = [
      { from: "topic", to: "a" },
      { from: "a", to: "report" },
      { from: "topic", to: "b" },
      { from: "b", to: "table" },
    ];
    const places = arranged(boxes, arrows, "topic");
    expect(places.get("table")!.column).toBeLessThan(places.get("report")!.column);
  });

  it("takes 2,000 nodes in a moment", () => {
    const { boxes, arrows } = estate(2000, 3000);
    expect(overlaps(boxes, arranged(boxes, arrows, "n0"))).toBe(0);
  });
});

describe("a graph that changes", () => {
  it("leaves every node that stays exactly where it was", () => {
    const { boxes, arrows } = estate(200, 300);
    const before = arranged(boxes.slice(0, 150), arrows, "n0");
    const after = continued(boxes.slice(20), arrows, before, "n0");
    for (const { id } of boxes.slice(20, 150)) expect(after.get(id)).toEqual(before.get(id));
    expect(after.size).toBe(180);
    expect(overlaps(boxes.slice(20), after)).toBe(0);
  });

  it("brings a node that comes back to the place it had", () => {
    const before = arranged(BOXES, CHAIN, "load");
    const without = continued(BOXES.slice(0, 2), CHAIN, before, "load");
    const memory = new Map([...before, ...without]);
    expect(continued(BOXES, CHAIN, memory, "load").get("table")).toEqual(before.get("table"));
  });

  it("puts what is new beside what it hangs on, on the side it belongs to", () => {
    const before = arranged(BOXES, CHAIN, "load");
    const boxes: Box[] = [...BOXES, { id: "writer", lane: -1, height: 56 }, { id: "reader", lane: -1, height: 56 }];
    const arrows: Arrow[] = [...CHAIN, { from: "writer", to: "file" }, { from: "table", to: "reader" }];
    const places = continued(boxes, arrows, before, "load");
    expect(places.get("writer")).toEqual({ column: -2, y: -28 });
    expect(places.get("reader")).toEqual({ column: 2, y: -28 });
  });

  it("is the same whatever the order in which the new ones come", () => {
    const { boxes, arrows } = estate(200, 300);
    const before = arranged(boxes.slice(0, 100), arrows, "n0");
    const after = continued(boxes, arrows, before, "n0");
    const again = continued(shuffled(boxes, 5), shuffled(arrows, 6), before, "n0");
    expect(new Map([...again].sort())).toEqual(new Map([...after].sort()));
  });
});

describe("a box that grows", () => {
  it("pushes down what stands below it in its column and nothing else", () => {
    const places: Places = new Map([
      ["a", { column: 0, y: 0 }],
      ["b", { column: 0, y: 56 + ROW_GAP }],
      ["c", { column: 1, y: 10 }],
    ]);
    const boxes: Box[] = [
      { id: "a", lane: 0, height: 200 },
      { id: "b", lane: 0, height: 56 },
      { id: "c", lane: 0, height: 56 },
    ];
    expect(Object.fromEntries(pushed(boxes, places))).toEqual({
      a: { column: 0, y: 0 },
      b: { column: 0, y: 200 + ROW_GAP },
      c: { column: 1, y: 10 },
    });
  });
});

it("columns do not touch", () => {
  expect(columnX(1) - columnX(0)).toBeGreaterThan(BOX_WIDTH);
});
