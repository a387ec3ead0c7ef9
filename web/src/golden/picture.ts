/** The timeline picture: which bar, dot, line and label stands where. Pure; nothing here knows of React or the DOM. */
import { axisOver, type Axis } from "./axis";
import { LANES, type Carried, type Former, type History, type Lane, type Stretch, type Version } from "./history";

export interface Bar<Of extends Stretch> {
  of: Of;
  x: number;
  y: number;
  width: number;
  height: number;
  text: string;
  /** Whether it goes on beyond the right end. */
  isOpen: boolean;
}

export interface Dot {
  of: Carried;
  /** The key of the version or former belief that it carried. */
  stretch: string;
  x: number;
  y: number;
  text: string;
  isMissing: boolean;
}

/** A hairline from a bar down through its dots. */
export interface Line {
  stretch: string;
  x: number;
  from: number;
  to: number;
  isFormer: boolean;
}

export interface Row {
  title: string;
  y: number;
}

export interface Picture {
  axis: Axis;
  width: number;
  height: number;
  /** Where the axis with its ticks stands. */
  floor: number;
  versions: Bar<Version>[];
  formers: Bar<Former>[];
  dots: Dot[];
  lines: Line[];
  rows: Row[];
}

export const LABEL_WIDTH = 128;
const RIGHT_MARGIN = 26;
const TOP = 30;
const BAR = 30;
const FORMER = 24;
const GAP = 7;
const LANE = 40;
const DOT_SPACE = 15;
const TEXT_SPACE = 12;
/** A dot moves aside no further than this; where more stand than there is room for, they lie over each other. */
const MOST_ASIDE = 64;

/** The picture of a history, so many pixels wide; `now` is the right end of what has no end. */
export function pictureOf(history: History, width: number, now: number, isEven: boolean): Picture {
  const { versions, formers, lanes } = history;
  const known = [...versions, ...formers].flatMap(({ from, to }) => (to === null ? [from] : [from, to]));
  const end = Math.max(now, ...known);
  const axis = axisOver([...known, end], LABEL_WIDTH, width - RIGHT_MARGIN, isEven);
  const bars = versions.map((of) => bar(of, axis, TOP, BAR));
  const levels = stacked(formers.map((of) => bar(of, axis, 0, FORMER)));
  const depth = levels.length === 0 ? 0 : Math.max(...levels.map(({ level }) => level)) + 1;
  const formersTop = TOP + BAR + GAP;
  const formerBars = levels.map(({ bar: one, level }) => ({ ...one, y: formersTop + level * (FORMER + 4) }));
  const lanesTop = formersTop + (depth > 0 ? depth * (FORMER + 4) + 6 : 0) + 20;
  const laneY = (lane: Lane) => lanesTop + lanes.indexOf(lane) * LANE;
  const places = dotPlaces([...bars, ...formerBars]);
  const dots = lanes.flatMap((lane) => laneDots(lane, laneY(lane), places, width));
  const floor = lanes.length === 0 ? lanesTop : lanesTop + (lanes.length - 1) * LANE + 24;
  return {
    axis,
    width,
    height: floor + 28,
    floor,
    versions: bars,
    formers: formerBars,
    dots,
    lines: lanes.length === 0 ? [] : places.map(({ bar: one, x }) => lineOf(one, x, dots)),
    rows: rowsOf(history, formersTop, laneY),
  };
}

/** The instants that ←/→ go to: where versions begin, in order. */
export function stops({ versions }: History): number[] {
  return versions.map(({ from }) => from);
}

/** The nearest stop before or after an instant; the instant itself where there is none. */
export function neighbour(all: readonly number[], at: number, step: 1 | -1): number {
  const found = step === 1 ? all.find((one) => one > at) : all.findLast((one) => one < at);
  return found ?? at;
}

/** The first of some texts that fits into a room of pixels, cut where none does; empty where nothing can be read. */
export function fitted(texts: readonly string[], room: number, letter = 6.6): string {
  const whole = texts.find((text) => text.length * letter <= room);
  if (whole !== undefined) return whole;
  const last = texts.at(-1) ?? "";
  const letters = Math.floor(room / letter) - 1;
  return letters >= 6 ? `${last.slice(0, letters).trimEnd()}…` : "";
}

function bar<Of extends Stretch>(of: Of, axis: Axis, y: number, height: number): Bar<Of> {
  const from = axis.x(of.from);
  const to = of.to === null ? axis.right : axis.x(of.to);
  const width = Math.max(3, to - from - 2);
  const isOpen = of.to === null;
  const text = fitted([`v${of.number} · ${of.label}`], width - 14);
  return { of, x: from + 1, y, width, height, text: text || shortest(of.number, width), isOpen };
}

function shortest(number: number, width: number): string {
  const text = `v${number}`;
  return text.length * 7 + 4 <= width ? text : "";
}

/** Bars in as few levels as they need so that none lies over another; the given order stays within a level. */
export function stacked<Of extends Stretch>(bars: readonly Bar<Of>[]): { bar: Bar<Of>; level: number }[] {
  const ends: number[] = [];
  const inOrder = [...bars].sort((a, b) => a.x - b.x || b.width - a.width);
  return inOrder.map((one) => {
    const free = ends.findIndex((end) => end <= one.x);
    const level = free === -1 ? ends.length : free;
    ends[level] = one.x + one.width;
    return { bar: one, level };
  });
}

interface Place {
  bar: Bar<Stretch>;
  x: number;
}

/** Where the dots of each bar stand: under its beginning, aside where another's stand already. */
function dotPlaces(bars: readonly Bar<Stretch>[]): Place[] {
  const taken: number[] = [];
  const found = [...bars]
    .sort((a, b) => a.x - b.x || a.y - b.y)
    .map((one) => {
      let x = one.x + 7;
      for (let aside = 0; aside < MOST_ASIDE && taken.some((other) => Math.abs(other - x) < DOT_SPACE); aside += 1) x += 1;
      taken.push(x);
      return { bar: one, x };
    });
  return found.sort((a, b) => a.x - b.x);
}

function laneDots(lane: Lane, y: number, places: readonly Place[], width: number): Dot[] {
  return places.flatMap(({ bar: one, x }, place) => {
    const of = one.of.carried.find((carried) => carried.lane === lane);
    if (of === undefined) return [];
    const next = places[place + 1]?.x ?? width;
    const isMissing = of.at === null;
    const texts = isMissing ? [LANES[lane].missing] : of.texts;
    return [{ of, stretch: one.of.key, x, y, text: fitted(texts, next - x - 2 * TEXT_SPACE, 6.1), isMissing }];
  });
}

function lineOf(one: Bar<Stretch>, x: number, dots: readonly Dot[]): Line {
  const own = dots.filter(({ stretch }) => stretch === one.of.key);
  const to = Math.max(one.y + one.height, ...own.map(({ y }) => y));
  return { stretch: one.of.key, x, from: one.y + one.height, to, isFormer: one.of.key.startsWith("f") };
}

function rowsOf({ lanes, formers }: History, formersTop: number, laneY: (lane: Lane) => number): Row[] {
  return [
    { title: "Golden versions", y: TOP + BAR / 2 },
    ...(formers.length > 0 ? [{ title: "Believed before", y: formersTop + FORMER / 2 }] : []),
    ...lanes.map((lane) => ({ title: LANES[lane].title, y: laneY(lane) })),
  ];
}
