/*
 * Where the nodes of a lineage graph stand: columns left to right in the order in which data passes them, few crossings,
 * straight lines. Pure and deterministic. `arranged` places a whole graph anew; `continued` leaves every node that has a
 * place where it is and finds places for the others beside what they hang on.
 */

/** What is to be placed; `lane` is the number of the lane of a dataset, -1 for a job, which stands wherever data leads. */
export interface Box {
  id: string;
  lane: number;
  height: number;
}

export interface Arrow {
  from: string;
  to: string;
}

/** A place: the column, counted from that of the anchor, and the height of the upper edge. */
export interface Place {
  column: number;
  y: number;
}

export type Places = ReadonlyMap<string, Place>;

export const BOX_WIDTH = 204;
export const COLUMN_GAP = 68;
export const ROW_GAP = 18;
const SWEEPS = 40;
/** Sweeps times nodes: of a large graph the later sweeps cost much and untangle little. */
const MOST_SWEPT = 60_000;
const PATIENCE = 8;
const COORDINATE_SWEEPS = 10;
const DUMMY = 6;

/** The left edge of a column. */
export function columnX(column: number): number {
  return column * (BOX_WIDTH + COLUMN_GAP);
}

/** Places for a whole graph; the anchor stands in column 0 with its middle at 0. The order of the input is of no account. */
export function arranged(boxes: readonly Box[], arrows: readonly Arrow[], anchor?: string): Map<string, Place> {
  const sorted = [...boxes].sort((a, b) => a.lane - b.lane || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  const graph = acyclic(sorted, arrows);
  const ranks = columns(sorted, graph);
  const layers = layered(sorted, graph, ranks);
  uncrossed(layers);
  const y = coordinates(layers, sorted);
  return anchored(sorted, ranks, y, anchor);
}

/** Places for a graph of which some nodes have places: those keep them, the others come beside what they hang on. */
export function continued(boxes: readonly Box[], arrows: readonly Arrow[], kept: Places, anchor?: string): Map<string, Place> {
  if (!boxes.some(({ id }) => kept.has(id))) return arranged(boxes, arrows, anchor);
  const byId = new Map(boxes.map((box) => [box.id, box]));
  const found = new Map<string, Place>();
  const taken = new Slots();
  if (boxes.every(({ id }) => kept.has(id))) return new Map(boxes.map(({ id }) => [id, kept.get(id)!]));
  const neighbours = neighboursOf(boxes, arrows);
  // Places of nodes that are not shown now stay theirs, so that they come back to where they were.
  for (const [id, place] of kept) {
    const box = byId.get(id);
    if (box !== undefined) found.set(id, place);
    taken.take(place, box?.height ?? 56);
  }
  let waiting = boxes.filter(({ id }) => !found.has(id)).sort((a, b) => (a.id < b.id ? -1 : 1));
  while (waiting.length > 0) {
    let ready = waiting.filter(({ id }) => neighbours(id).some((other) => found.has(other)));
    if (ready.length === 0) ready = waiting.slice(0, 1);
    place(ready, arrows, byId, found, taken);
    waiting = waiting.filter(({ id }) => !found.has(id));
  }
  return found;
}

/** The places with what stands below a box pushed down as far as the box has grown; nothing else moves. */
export function pushed(boxes: readonly Box[], places: Places): Map<string, Place> {
  const columnsOf = new Map<number, { id: string; place: Place; height: number }[]>();
  for (const { id, height } of boxes) {
    const place = places.get(id);
    if (place === undefined) continue;
    const column = columnsOf.get(place.column) ?? [];
    column.push({ id, place, height });
    columnsOf.set(place.column, column);
  }
  const found = new Map<string, Place>();
  for (const column of columnsOf.values()) {
    column.sort((a, b) => a.place.y - b.place.y || (a.id < b.id ? -1 : 1));
    let free = -Infinity;
    for (const { id, place, height } of column) {
      const y = Math.max(place.y, free);
      found.set(id, { column: place.column, y });
      free = y + height + ROW_GAP;
    }
  }
  return found;
}

interface Graph {
  out: number[][];
  into: number[][];
  /** The nodes, each after those it follows from. */
  order: number[];
}

/** The graph by the places in `boxes`, without the edges that close a cycle. */
function acyclic(boxes: readonly Box[], arrows: readonly Arrow[]): Graph {
  const index = new Map(boxes.map(({ id }, position) => [id, position]));
  const all: number[][] = boxes.map(() => []);
  for (const { from, to } of arrows) {
    const [source, target] = [index.get(from), index.get(to)];
    if (source !== undefined && target !== undefined && source !== target) all[source]!.push(target);
  }
  const out: number[][] = all.map(() => []);
  const into: number[][] = all.map(() => []);
  const finished: number[] = [];
  const state = new Uint8Array(boxes.length);
  for (const targets of all) targets.sort((a, b) => a - b);
  const fed = new Uint8Array(boxes.length);
  for (const targets of all) for (const target of targets) fed[target] = 1;
  const starts = [...boxes.keys()].sort((a, b) => fed[a]! - fed[b]! || a - b);
  for (const start of starts) {
    if (state[start] !== 0) continue;
    const stack: [number, number][] = [[start, 0]];
    state[start] = 1;
    while (stack.length > 0) {
      const top = stack[stack.length - 1]!;
      const [node, next] = top;
      const target = all[node]![next];
      if (target === undefined) {
        state[node] = 2;
        finished.push(node);
        stack.pop();
        continue;
      }
      top[1] = next + 1;
      if (next > 0 && all[node]![next - 1] === target) continue;
      if (state[target] === 1) continue;
      out[node]!.push(target);
      into[target]!.push(node);
      if (state[target] === 0) {
        state[target] = 1;
        stack.push([target, 0]);
      }
    }
  }
  return { out, into, order: finished.reverse() };
}

/** The column of each node: lane before lane, within a lane as far right as the longest way to it, sources beside their readers. */
function columns(boxes: readonly Box[], { out, into, order }: Graph): Int32Array {
  const lane = new Int32Array(boxes.length);
  const step = new Int32Array(boxes.length);
  for (const node of order) {
    let [own, within] = [Math.max(boxes[node]!.lane, 0), 0];
    for (const before of into[node]!) own = Math.max(own, lane[before]!);
    for (const before of into[node]!) if (lane[before] === own) within = Math.max(within, step[before]! + 1);
    lane[node] = own;
    step[node] = within;
  }
  const key = (node: number) => lane[node]! * 100_000 + step[node]!;
  const keys = [...new Set(order.map(key))].sort((a, b) => a - b);
  const columnOf = new Map(keys.map((value, position) => [value, position]));
  const rank = new Int32Array(boxes.length);
  const lastOfLane = new Map<number, number>();
  for (const node of order) {
    rank[node] = columnOf.get(key(node))!;
    lastOfLane.set(lane[node]!, Math.max(lastOfLane.get(lane[node]!) ?? 0, rank[node]));
  }
  for (let position = order.length - 1; position >= 0; position--) {
    const node = order[position]!;
    if (into[node]!.length > 0 || out[node]!.length === 0) continue;
    const beside = Math.min(...out[node]!.map((after) => rank[after]!)) - 1;
    const limit = boxes[node]!.lane < 0 ? beside : Math.min(beside, lastOfLane.get(lane[node]!)!);
    rank[node] = Math.max(rank[node]!, limit);
  }
  return compressed(rank);
}

/** The same order of columns without empty ones. */
function compressed(rank: Int32Array): Int32Array {
  const used = [...new Set(rank)].sort((a, b) => a - b);
  const position = new Map(used.map((value, index) => [value, index]));
  return rank.map((value) => position.get(value)!);
}

interface Layers {
  layers: number[][];
  up: number[][];
  down: number[][];
  count: number;
}

/** The nodes column by column, with a stand-in in every column that an edge passes. */
function layered(boxes: readonly Box[], { out }: Graph, rank: Int32Array): Layers {
  const last = rank.reduce((a, b) => Math.max(a, b), 0);
  const layers: number[][] = Array.from({ length: last + 1 }, () => []);
  const up: number[][] = boxes.map(() => []);
  const down: number[][] = boxes.map(() => []);
  const rankOf: number[] = [...rank];
  for (const node of boxes.keys()) layers[rank[node]!]!.push(node);
  for (const source of boxes.keys()) {
    for (const target of out[source]!) {
      if (rankOf[source]! >= rankOf[target]!) continue;
      let before = source;
      for (let r = rankOf[source]! + 1; r < rankOf[target]!; r++) {
        const dummy = up.length;
        layers[r]!.push(dummy);
        up.push([before]);
        down.push([]);
        rankOf.push(r);
        down[before]!.push(dummy);
        before = dummy;
      }
      down[before]!.push(target);
      up[target]!.push(before);
    }
  }
  const found = { layers, up, down, count: up.length };
  keptTogether(found, rankOf);
  return found;
}

/** Orders each column as a walk from the sources meets the nodes, which keeps what belongs together together. */
function keptTogether({ layers, up, down, count }: Layers, rankOf: readonly number[]): void {
  const seen = new Uint8Array(count);
  const fresh: number[][] = layers.map(() => []);
  const stack: number[] = [];
  for (let node = count - 1; node >= 0; node--) if (up[node]!.length === 0) stack.push(node);
  while (stack.length > 0) {
    const node = stack.pop()!;
    if (seen[node]) continue;
    seen[node] = 1;
    fresh[rankOf[node]!]!.push(node);
    for (let next = down[node]!.length - 1; next >= 0; next--) stack.push(down[node]![next]!);
  }
  fresh.forEach((layer, position) => (layers[position] = layer));
}

/** Orders each column by the middle of the neighbours, to and fro, and keeps the order with the fewest crossings. */
function uncrossed(graph: Layers): void {
  const { layers, up, down, count } = graph;
  const position = new Float64Array(count);
  const wanted = new Float64Array(count);
  const settle = (layer: readonly number[]) => layer.forEach((node, index) => (position[node] = index));
  layers.forEach(settle);
  let best = crossings(graph, position);
  let bestLayers = layers.map((layer) => [...layer]);
  const sweeps = Math.max(6, Math.min(SWEEPS, Math.floor(MOST_SWEPT / count)));
  for (let sweep = 0, stale = 0; sweep < sweeps && best > 0 && stale < PATIENCE; sweep++) {
    const forward = sweep % 2 === 0;
    for (let step = 1; step < layers.length; step++) {
      const at = forward ? step : layers.length - 1 - step;
      const layer = layers[at]!;
      const beside = forward ? up : down;
      const width = layers[forward ? at - 1 : at + 1]!.length || 1;
      for (const node of layer) {
        const others = beside[node]!;
        let sum = 0;
        for (const other of others) sum += position[other]! + 0.5;
        wanted[node] = others.length === 0 ? (position[node]! + 0.5) / layer.length : sum / others.length / width;
      }
      layer.sort((a, b) => wanted[a]! - wanted[b]! || position[a]! - position[b]!);
      settle(layer);
    }
    const now = crossings(graph, position);
    if (now < best) [best, stale, bestLayers] = [now, 0, layers.map((layer) => [...layer])];
    else stale++;
  }
  bestLayers.forEach((layer, index) => (layers[index] = layer));
}

/** How many edges cross, counted column by column with a Fenwick tree. */
function crossings({ layers, up, count }: Layers, position: Float64Array): number {
  const tree = new Int32Array(count + 2);
  let found = 0;
  for (let at = 1; at < layers.length; at++) {
    const size = layers[at - 1]!.length;
    tree.fill(0, 0, size + 2);
    let total = 0;
    for (const node of layers[at]!) {
      const others = up[node]!;
      if (others.length === 1) {
        // Most edges are stand-ins of long ones: no need to sort a single end.
        let below = 0;
        const end = position[others[0]!]!;
        for (let k = end + 1; k > 0; k -= k & -k) below += tree[k]!;
        found += total - below;
        for (let k = end + 1; k <= size; k += k & -k) tree[k]!++;
        total++;
        continue;
      }
      const ends = others.map((other) => position[other]!).sort((a, b) => a - b);
      for (const end of ends) {
        let below = 0;
        for (let k = end + 1; k > 0; k -= k & -k) below += tree[k]!;
        found += total - below;
      }
      for (const end of ends) {
        for (let k = end + 1; k <= size; k += k & -k) tree[k]!++;
        total++;
      }
    }
  }
  return found;
}

/** The middles of all nodes: as near to their neighbours as the order and the gaps of each column allow. */
function coordinates({ layers, up, down, count }: Layers, boxes: readonly Box[]): Float64Array {
  const y = new Float64Array(count);
  const size = (node: number) => (node < boxes.length ? boxes[node]!.height : DUMMY);
  for (const layer of layers) {
    let next = 0;
    for (const node of layer) {
      y[node] = next + size(node) / 2;
      next += size(node) + ROW_GAP;
    }
  }
  for (let sweep = 0; sweep < COORDINATE_SWEEPS; sweep++) {
    const forward = sweep % 2 === 0;
    const both = sweep >= COORDINATE_SWEEPS - 2;
    for (let step = 0; step < layers.length; step++) {
      const layer = layers[forward ? step : layers.length - 1 - step]!;
      const wanted = new Float64Array(layer.length);
      const weights = new Float64Array(layer.length);
      layer.forEach((node, index) => {
        const others = both ? [...up[node]!, ...down[node]!] : forward ? up[node]! : down[node]!;
        if (others.length === 0) {
          wanted[index] = y[node]!;
          weights[index] = 0.1;
          return;
        }
        let sum = 0;
        for (const other of others) sum += y[other]!;
        wanted[index] = sum / others.length;
        weights[index] = node < boxes.length ? others.length : others.length * 4;
      });
      spaced(layer, wanted, weights, size, y);
    }
  }
  return y;
}

/** The nearest heights to the wanted ones that keep order and gaps: least squares by pooling adjacent violators. */
function spaced(layer: readonly number[], wanted: Float64Array, weights: Float64Array, size: (node: number) => number, y: Float64Array): void {
  const offset = new Float64Array(layer.length);
  for (let i = 1; i < layer.length; i++) {
    offset[i] = offset[i - 1]! + (size(layer[i - 1]!) + size(layer[i]!)) / 2 + ROW_GAP;
  }
  const values: number[] = [];
  const sums: number[] = [];
  const counts: number[] = [];
  for (let i = 0; i < layer.length; i++) {
    let [value, weight, many] = [wanted[i]! - offset[i]!, weights[i]!, 1];
    while (values.length > 0 && values[values.length - 1]! >= value) {
      const [lower, heavy, more] = [values.pop()!, sums.pop()!, counts.pop()!];
      value = (value * weight + lower * heavy) / (weight + heavy);
      weight += heavy;
      many += more;
    }
    values.push(value);
    sums.push(weight);
    counts.push(many);
  }
  let i = 0;
  values.forEach((value, block) => {
    for (let k = 0; k < counts[block]!; k++, i++) y[layer[i]!] = value + offset[i]!;
  });
}

function anchored(boxes: readonly Box[], rank: Int32Array, y: Float64Array, anchor?: string): Map<string, Place> {
  const at = Math.max(boxes.findIndex(({ id }) => id === anchor), 0);
  const [column, middle] = [rank[at] ?? 0, y[at] ?? 0];
  return new Map(
    boxes.map(({ id, height }, node) => [id, { column: rank[node]! - column, y: Math.round(y[node]! - middle - height / 2) }]),
  );
}

function neighboursOf(boxes: readonly Box[], arrows: readonly Arrow[]): (id: string) => string[] {
  const found = new Map<string, string[]>(boxes.map(({ id }) => [id, []]));
  for (const { from, to } of arrows) {
    found.get(from)?.push(to);
    found.get(to)?.push(from);
  }
  return (id) => found.get(id) ?? [];
}

/** Places boxes of which each hangs on something placed, those of one column and height as a block in the order of ids. */
function place(ready: readonly Box[], arrows: readonly Arrow[], byId: ReadonlyMap<string, Box>, found: Map<string, Place>, taken: Slots): void {
  const into = new Map<string, string[]>();
  const out = new Map<string, string[]>();
  const readyIds = new Set(ready.map(({ id }) => id));
  for (const { from, to } of arrows) {
    if (readyIds.has(to) && found.has(from)) into.set(to, [...(into.get(to) ?? []), from]);
    if (readyIds.has(from) && found.has(to)) out.set(from, [...(out.get(from) ?? []), to]);
  }
  const blocks = new Map<string, { column: number; middle: number; boxes: Box[] }>();
  for (const box of ready) {
    const before = into.get(box.id) ?? [];
    const after = out.get(box.id) ?? [];
    const column = columnBeside(before, after, found);
    const beside = [...before, ...after];
    const middles = beside.map((id) => found.get(id)!.y + (byId.get(id)?.height ?? 0) / 2);
    const middle = middles.length === 0 ? 0 : middles.reduce((a, b) => a + b, 0) / middles.length;
    const key = `${column} ${Math.round(middle)}`;
    const block = blocks.get(key) ?? { column, middle, boxes: [] };
    block.boxes.push(box);
    blocks.set(key, block);
  }
  for (const { column, middle, boxes } of [...blocks.values()].sort((a, b) => a.column - b.column || a.middle - b.middle)) {
    const whole = boxes.reduce((sum, { height }) => sum + height + ROW_GAP, -ROW_GAP);
    let wanted = middle - whole / 2;
    for (const box of boxes) {
      const y = taken.free(column, wanted, box.height);
      found.set(box.id, { column, y });
      taken.take({ column, y }, box.height);
      wanted = Math.max(wanted, y) + box.height + ROW_GAP;
    }
  }
}

function columnBeside(before: readonly string[], after: readonly string[], found: Places): number {
  if (before.length > 0) return Math.max(...before.map((id) => found.get(id)!.column)) + 1;
  if (after.length > 0) return Math.min(...after.map((id) => found.get(id)!.column)) - 1;
  return 0;
}

/** What is taken of each column. */
class Slots {
  readonly #taken = new Map<number, [number, number][]>();

  take({ column, y }: Place, height: number): void {
    const stretches = this.#taken.get(column) ?? [];
    stretches.push([y, y + height]);
    this.#taken.set(column, stretches);
  }

  /** The free height nearest to the wanted one. */
  free(column: number, wanted: number, height: number): number {
    const stretches = this.#taken.get(column) ?? [];
    const candidates = [wanted, ...stretches.flatMap(([top, bottom]) => [bottom + ROW_GAP, top - ROW_GAP - height])];
    const fits = (y: number) => stretches.every(([top, bottom]) => y >= bottom + ROW_GAP || y + height + ROW_GAP <= top);
    const fitting = candidates.filter(fits).sort((a, b) => Math.abs(a - wanted) - Math.abs(b - wanted) || a - b);
    return Math.round(fitting[0] ?? wanted);
  }
}
