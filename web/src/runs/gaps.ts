/** A stretch of time, in milliseconds. */
export interface Span {
  from: number;
  to: number;
}

/** A stretch in which nothing ran, drawn narrow. */
export interface Gap extends Span {
  x: number;
  width: number;
}

export interface Axis {
  /** Where an instant lies, in pixels. */
  x: (at: number) => number;
  gaps: readonly Gap[];
  ticks: readonly { at: number; x: number; label: string }[];
  width: number;
}

const GAP_WIDTH = 26;
const LEAST_SHARE = 0.05;
const STEPS = [1, 5, 15, 30, 60, 300, 900, 1800, 3600, 3 * 3600, 6 * 3600, 12 * 3600, 86_400, 2 * 86_400, 7 * 86_400, 14 * 86_400, 30 * 86_400].map((one) => one * 1000);

/** Stretches that touch or overlap, put together. */
export function merged(spans: readonly Span[]): Span[] {
  const sorted = spans.slice().sort((a, b) => a.from - b.from || a.to - b.to);
  const all: Span[] = [];
  for (const { from, to } of sorted) {
    const last = all.at(-1);
    if (last !== undefined && from <= last.to) last.to = Math.max(last.to, to);
    else all.push({ from, to: Math.max(from, to) });
  }
  return all;
}

/**
 * An axis over all the spans. With `squeeze`, stretches of more than a twentieth of the whole in which nothing happens
 * become narrow, so that bursts days apart can be told apart; a longer gap is never drawn wider than what it is.
 */
export function axisOf(spans: readonly Span[], width: number, squeeze: boolean): Axis {
  const busy = merged(spans.length > 0 ? spans : [{ from: 0, to: 1000 }]);
  const first = busy[0]!.from;
  const last = Math.max(busy.at(-1)!.to, first + 1000);
  const idle: Span[] = [];
  busy.slice(1).forEach((span, index) => idle.push({ from: busy[index]!.to, to: span.from }));
  const wide = squeeze ? idle.filter(({ from, to }) => to - from > (last - first) * LEAST_SHARE) : [];
  const most = Math.max(0, Math.floor((width * 0.5) / GAP_WIDTH));
  const cut = wide
    .slice()
    .sort((a, b) => b.to - b.from - (a.to - a.from))
    .slice(0, most)
    .sort((a, b) => a.from - b.from);
  const left = last - first - cut.reduce((sum, { from, to }) => sum + to - from, 0);
  const scale = (width - cut.length * GAP_WIDTH) / left;
  const gaps: Gap[] = [];
  let before = 0;
  for (const { from, to } of cut) {
    const x = (from - first - before) * scale + gaps.length * GAP_WIDTH;
    gaps.push({ from, to, x, width: GAP_WIDTH });
    before += to - from;
  }
  const x = (at: number): number => {
    let skipped = 0;
    let count = 0;
    for (const gap of gaps) {
      if (at <= gap.from) break;
      if (at < gap.to) return gap.x + ((at - gap.from) / (gap.to - gap.from)) * GAP_WIDTH;
      skipped += gap.to - gap.from;
      count += 1;
    }
    return (at - first - skipped) * scale + count * GAP_WIDTH;
  };
  return { x, gaps, ticks: ticksOf(first, last, scale, x, gaps, width), width };
}

function ticksOf(first: number, last: number, scale: number, x: (at: number) => number, gaps: readonly Gap[], width: number) {
  const step = STEPS.find((one) => one * scale >= 92) ?? STEPS.at(-1)!;
  const ticks: { at: number; x: number; label: string }[] = [];
  let free = -Infinity;
  let day = "";
  const round: number[] = [];
  for (let at = Math.ceil(first / step) * step; at <= last && round.length < 1000; at += step) round.push(at);
  // Where a burst begins after a gap the instant is told too: no round one may lie within it.
  const all = [first, ...round, ...gaps.map(({ to }) => to)].sort((a, b) => a - b);
  for (const at of all) {
    const place = x(at);
    const inGap = gaps.some(({ from, to }) => at > from && at < to);
    if (inGap || place < free || place > width - 34) continue;
    const told = new Date(at).toISOString();
    const isNewDay = told.slice(0, 10) !== day;
    if (isNewDay && place > width - 84) continue;
    ticks.push({ at, x: place, label: label(at, step, isNewDay) });
    free = place + (isNewDay ? 84 : 58);
    day = told.slice(0, 10);
  }
  return ticks;
}

function label(at: number, step: number, isNewDay: boolean): string {
  const date = new Date(at);
  const day = date.toLocaleDateString("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });
  if (step >= 86_400_000) return day;
  const time = date.toISOString().slice(11, step < 60_000 ? 19 : 16);
  return isNewDay ? `${day} ${time}` : time;
}
