import clsx from "clsx";
import { useId, useMemo, useRef, type KeyboardEvent, type PointerEvent } from "react";
import { instantText } from "@/parts";
import { LANES, type History } from "./history";
import { LABEL_WIDTH, neighbour, pictureOf, stops, type Bar, type Dot } from "./picture";
import type { Former, Version } from "./history";
import styles from "./picture.module.css";

interface Props {
  history: History;
  width: number;
  now: number;
  isEven: boolean;
  /** The instant that the cursor stands at. */
  at: number;
  /** The keys of the versions to be shown before the others; null: none. */
  lit: ReadonlySet<string> | null;
  onMove: (at: number) => void;
  /** Called when the cursor was let go. */
  onRest: (at: number) => void;
  onOpenRun: (runId: string) => void;
}

const DAY = 86_400_000;

/** Versions over valid time, what was believed before, and what carried each on; the cursor chooses an instant. */
export function TimelinePicture({ history, width, now, isEven, at, lit, onMove, onRest, onOpenRun }: Props) {
  const picture = useMemo(() => pictureOf(history, width, now, isEven), [history, width, now, isEven]);
  const svg = useRef<SVGSVGElement>(null);
  const dragging = useRef(false);
  const hatch = useId();
  const { axis } = picture;
  const x = axis.x(at);
  const instantOf = (event: PointerEvent) => {
    const left = svg.current?.getBoundingClientRect().left ?? 0;
    return Math.round(axis.at(event.clientX - left) / 60_000) * 60_000;
  };
  const down = (event: PointerEvent<SVGElement>) => {
    if (event.button !== 0 || (event.target as Element).closest("a")) return;
    event.preventDefault(); // the focus would go to what is around the picture
    dragging.current = true;
    svg.current?.setPointerCapture(event.pointerId);
    svg.current?.querySelector<SVGElement>("[role=slider]")?.focus({ preventScroll: true });
    onMove(instantOf(event));
  };
  const move = (event: PointerEvent) => dragging.current && onMove(instantOf(event));
  const up = (event: PointerEvent) => {
    if (!dragging.current) return;
    dragging.current = false;
    onRest(instantOf(event));
  };
  const key = (event: KeyboardEvent) => {
    const next = keyed(event, at, stops(history), axis.start, axis.end);
    if (next === null) return;
    event.preventDefault();
    onMove(next);
    onRest(next);
  };
  const dim = (stretch: string) => lit !== null && !lit.has(stretch);
  return (
    <svg
      ref={svg}
      className={styles["picture"]}
      width={picture.width}
      height={picture.height}
      role="group"
      aria-label={`Timeline: ${history.versions.length} versions, ${history.formers.length} corrected beliefs`}
      onPointerDown={down}
      onPointerMove={move}
      onPointerUp={up}
      onPointerCancel={() => (dragging.current = false)}
    >
      <defs>
        <pattern id={hatch} width="6" height="6" patternTransform="rotate(45)" patternUnits="userSpaceOnUse">
          <rect width="6" height="6" className={styles["hatchGround"]} />
          <line x1="0" y1="0" x2="0" y2="6" className={styles["hatchLine"]} />
        </pattern>
      </defs>
      {picture.rows.map(({ title, y }) => (
        <text key={title} className={styles["rowTitle"]} x={0} y={y} dy="0.35em">
          {title}
        </text>
      ))}
      {axis.ticks.map((tick) => (
        <g key={tick.x}>
          <line className={styles["grid"]} x1={tick.x} x2={tick.x} y1={18} y2={picture.floor} />
          <text className={styles["tick"]} x={tick.x} y={picture.floor + 18}>
            {tick.text}
          </text>
        </g>
      ))}
      <line className={styles["floor"]} x1={LABEL_WIDTH} x2={axis.right} y1={picture.floor} y2={picture.floor} />
      {axis.breaks.map((one) => (
        <path key={one.x} className={styles["break"]} d={`M${one.x - 5},${picture.floor + 4} l4,-8 m2,8 l4,-8`}>
          <title>{`${instantText(new Date(one.from))} – ${instantText(new Date(one.to))}: drawn in`}</title>
        </path>
      ))}
      {picture.lines.map((line) => (
        <line
          key={line.stretch}
          className={clsx(styles["thread"], line.isFormer && styles["formerThread"], dim(line.stretch) && styles["dim"])}
          x1={line.x}
          x2={line.x}
          y1={line.from}
          y2={line.to}
        />
      ))}
      {picture.versions.map((bar) => (
        <VersionBar key={bar.of.key} bar={bar} isHere={bar.of.from <= at && (bar.of.to === null || at < bar.of.to)} isDim={dim(bar.of.key)} />
      ))}
      {picture.formers.map((bar) => (
        <FormerBar key={bar.of.key} bar={bar} hatch={hatch} isDim={dim(bar.of.key)} />
      ))}
      {picture.dots.map((dot) => (
        <CarrierDot key={dot.stretch + dot.of.lane} dot={dot} isDim={dim(dot.stretch)} onOpenRun={onOpenRun} />
      ))}
      <g
        className={styles["cursor"]}
        role="slider"
        tabIndex={0}
        aria-label="Valid at"
        aria-valuemin={axis.start}
        aria-valuemax={axis.end}
        aria-valuenow={at}
        aria-valuetext={instantText(new Date(at))}
        transform={`translate(${x},0)`}
        onKeyDown={key}
      >
        <line y1={14} y2={picture.floor} />
        <rect x={-11} y={10} width={22} height={picture.floor - 10} className={styles["grip"]} />
        <path d="M-7,4 h14 v8 l-7,7 l-7,-7 z" />
        <CursorText x={x} width={width} text={instantText(new Date(at))} />
      </g>
    </svg>
  );
}

function CursorText({ x, width, text }: { x: number; width: number; text: string }) {
  const isLeft = x > width - 150;
  return (
    <text className={styles["cursorText"]} x={isLeft ? -12 : 12} y={14} textAnchor={isLeft ? "end" : "start"}>
      {text}
    </text>
  );
}

function VersionBar({ bar, isHere, isDim }: { bar: Bar<Version>; isHere: boolean; isDim: boolean }) {
  const { of } = bar;
  const tip = `Version ${of.number}: ${of.label}\n${periodText(of)}`;
  const right = bar.x + bar.width;
  const d = bar.isOpen
    ? `M${bar.x + 5},${bar.y} H${right - 8} L${right + 2},${bar.y + bar.height / 2} L${right - 8},${bar.y + bar.height} H${bar.x + 5} q-5,0 -5,-5 v${-(bar.height - 10)} q0,-5 5,-5 z`
    : null;
  const look = clsx(styles["bar"], of.isDeleted && styles["ended"], isHere && styles["here"], isDim && styles["dim"]);
  return (
    <g className={look} data-version={of.number}>
      {d ? <path d={d} /> : <rect x={bar.x} y={bar.y} width={bar.width} height={bar.height} rx={5} />}
      <text x={bar.x + (bar.text.length > 3 ? 8 : Math.max(2, (bar.width - bar.text.length * 7) / 2))} y={bar.y + bar.height / 2} dy="0.36em">
        {bar.text}
      </text>
      <title>{tip}</title>
    </g>
  );
}

function FormerBar({ bar, hatch, isDim }: { bar: Bar<Former>; hatch: string; isDim: boolean }) {
  const { of } = bar;
  return (
    <g className={clsx(styles["former"], isDim && styles["dim"])} data-former={of.number}>
      <rect x={bar.x} y={bar.y} width={bar.width} height={bar.height} rx={5} fill={`url(#${hatch})`} />
      {bar.text && (
        <>
          <rect className={styles["plate"]} x={bar.x + 4} y={bar.y + 4} width={Math.min(bar.width - 8, bar.text.length * 6.4 + 8)} height={bar.height - 8} rx={3} />
          <text x={bar.x + 8} y={bar.y + bar.height / 2} dy="0.36em">
            {bar.text}
          </text>
        </>
      )}
      <title>{`Version ${of.number} as it was: ${of.label}\n${periodText(of)}\nheld from ${instantText(of.systemFrom, true)} until ${of.systemTo ? instantText(of.systemTo, true) : "now"} (system time)`}</title>
    </g>
  );
}

function CarrierDot({ dot, isDim, onOpenRun }: { dot: Dot; isDim: boolean; onOpenRun: (runId: string) => void }) {
  const { of, isMissing } = dot;
  const told = isMissing ? `${LANES[of.lane].title}: ${LANES[of.lane].missing}` : `${LANES[of.lane].title}: ${of.texts[0]}\n${instantText(of.at ?? "", true)} UTC`;
  const look = clsx(styles["dot"], styles[of.lane], isMissing && styles["missing"], isDim && styles["dim"]);
  const shape = (
    <>
      <circle cx={dot.x} cy={dot.y} r={isMissing ? 5.5 : 6} />
      {dot.text && (
        <text x={dot.x + 11} y={dot.y} dy="0.36em">
          {dot.text}
        </text>
      )}
      <title>{of.runId ? `${told}\nPress to see the run` : told}</title>
    </>
  );
  if (!of.runId) return <g className={look} data-dot={of.lane}>{shape}</g>;
  const { runId } = of;
  return (
    <a
      className={look}
      data-dot={of.lane}
      href={`/runs/${runId}`}
      onClick={(event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        onOpenRun(runId);
      }}
    >
      {shape}
    </a>
  );
}

function periodText({ from, to }: { from: number; to: number | null }): string {
  return `${instantText(new Date(from))} – ${to === null ? "until further notice" : instantText(new Date(to))}`;
}

function keyed(event: KeyboardEvent, at: number, all: readonly number[], start: number, end: number): number | null {
  const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
  if (step !== 0) return event.shiftKey ? Math.min(end, Math.max(start, at + step * DAY)) : neighbour(all, at, step);
  if (event.key === "Home") return all[0] ?? start;
  return event.key === "End" ? end : null;
}
