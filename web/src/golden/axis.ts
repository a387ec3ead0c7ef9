/** Valid time as places on the screen, to scale or with long gaps drawn in. Pure. */
import { scaleUtc, type ScaleTime } from "d3-scale";

export interface Tick {
  x: number;
  text: string;
}

/** A stretch of the axis that is drawn shorter than it is, by its ends. */
export interface Break {
  x: number;
  from: number;
  to: number;
}

export interface Axis {
  start: number;
  end: number;
  left: number;
  right: number;
  /** The place of an instant; what is outside the axis lies at its ends. */
  x: (at: number) => number;
  /** The instant of a place. */
  at: (x: number) => number;
  ticks: Tick[];
  breaks: Break[];
}

const DAY = 86_400_000;
const TICK_SPACE = 58;
const WIDEST_FLOOR = 104;
/** A stretch drawn at less than this share of the scale of the whole is marked as drawn in. */
const DRAWN_IN = 0.55;

/**
 * The axis over instants between two places. With `isEven` every stretch between two neighbours gets some room before
 * the rest is shared by length, so that what happened in a week can be told apart beside quiet years.
 */
export function axisOver(instants: readonly number[], left: number, right: number, isEven: boolean): Axis {
  const sorted = [...new Set(instants)].sort((a, b) => a - b);
  const first = sorted[0] ?? 0;
  const last = sorted.at(-1) ?? first;
  const knots = first === last ? [first - DAY / 2, first + DAY / 2] : sorted;
  const places = isEven ? evenPlaces(knots, left, right) : linearPlaces(knots, left, right);
  const scale = scaleUtc<number>()
    .domain(knots.map((at) => new Date(at)))
    .range(places)
    .clamp(true);
  const start = knots[0] ?? 0;
  const end = knots.at(-1) ?? 0;
  return {
    start,
    end,
    left,
    right,
    x: (at) => scale(new Date(at)),
    at: (x) => scale.invert(x).getTime(),
    ticks: ticksOf(scale, start, end),
    breaks: isEven ? breaksOf(knots, places) : [],
  };
}

function linearPlaces(knots: readonly number[], left: number, right: number): number[] {
  const [start, end] = [knots[0] ?? 0, knots.at(-1) ?? 1];
  return knots.map((at) => left + ((at - start) / (end - start)) * (right - left));
}

function evenPlaces(knots: readonly number[], left: number, right: number): number[] {
  const width = right - left;
  const gaps = knots.slice(1).map((at, place) => at - (knots[place] ?? at));
  const total = gaps.reduce((sum, gap) => sum + gap, 0);
  const floor = Math.min(WIDEST_FLOOR, (width * 0.8) / gaps.length);
  const shared = width - floor * gaps.length;
  let x = left;
  return [left, ...gaps.map((gap) => (x += floor + (shared * gap) / total))];
}

function breaksOf(knots: readonly number[], places: readonly number[]): Break[] {
  const whole = ((places.at(-1) ?? 1) - (places[0] ?? 0)) / ((knots.at(-1) ?? 1) - (knots[0] ?? 0));
  return knots.slice(1).flatMap((to, place) => {
    const from = knots[place] ?? to;
    const [a, b] = [places[place] ?? 0, places[place + 1] ?? 0];
    return (b - a) / (to - from) < whole * DRAWN_IN ? [{ x: (a + b) / 2, from, to }] : [];
  });
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** Years first, then what fits between them: half years, quarters, months, days; none stands closer than it can be read. */
function ticksOf(scale: ScaleTime<number, number>, start: number, end: number): Tick[] {
  const found: Tick[] = [];
  const [first, last] = scale.range() as [number, ...number[]];
  const farthest = (scale.range().at(-1) ?? last ?? first) - 24;
  for (const step of [12, 6, 3, 1, 0]) {
    for (const at of step === 0 ? days(start, end) : months(start, end, step)) {
      const x = scale(new Date(at));
      if (x <= farthest && found.every((one) => Math.abs(one.x - x) >= TICK_SPACE)) found.push({ x, text: tickText(at, step) });
    }
  }
  return found.sort((a, b) => a.x - b.x);
}

function* months(start: number, end: number, step: number): Generator<number> {
  const from = new Date(start);
  for (let month = from.getUTCFullYear() * 12 + Math.floor(from.getUTCMonth() / step) * step; ; month += step) {
    const at = Date.UTC(Math.floor(month / 12), month % 12, 1);
    if (at > end) return;
    if (at >= start) yield at;
  }
}

function* days(start: number, end: number): Generator<number> {
  if (end - start > 120 * DAY) return;
  for (let at = Math.ceil(start / DAY) * DAY; at <= end; at += DAY) yield at;
}

function tickText(at: number, step: number): string {
  const date = new Date(at);
  const [year, month, day] = [date.getUTCFullYear(), MONTHS[date.getUTCMonth()] ?? "", date.getUTCDate()];
  if (step === 0 && day !== 1) return `${day} ${month}`;
  return date.getUTCMonth() === 0 ? String(year) : `${month} ${year % 100 < 10 ? "0" : ""}${year % 100}`.replace(/ (\d\d)$/, " ’$1");
}
