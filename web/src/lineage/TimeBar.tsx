import { scaleUtc } from "d3-scale";
import { utcFormat } from "d3-time-format";
import { GitCompareArrows, RotateCcw } from "lucide-react";
import { memo, useEffect, useMemo, useRef, useState, type KeyboardEvent, type PointerEvent } from "react";
import { Button, instantText } from "@/parts";
import styles from "./lineage.module.css";

/** Something that happened, marked on an axis of time. */
export interface Mark {
  at: string;
  /** What the mark is coloured by: the state of a run, or a change of the graph. */
  kind: "good" | "bad" | "warn" | "quiet" | "gold";
  /** Whether a run began; otherwise the graph changed. */
  isRun: boolean;
  label: () => string;
}

export interface Axis {
  name: "valid" | "known";
  about: string;
  from: number;
  to: number;
  marks: readonly Mark[];
  value: string | null;
  compare: string | null;
}

interface Props {
  axes: readonly [Axis, Axis];
  isComparing: boolean;
  isBehind: boolean;
  onChoose: (axis: Axis["name"], at: string | null) => void;
  onCompare: (axis: Axis["name"], at: string | null) => void;
  onToggleCompare: () => void;
  counts: { added: number; removed: number } | null;
}

/** Both axes of time under the canvas: drag either, or walk from event to event with Page up and Page down. */
export function TimeBar({ axes, isComparing, isBehind, onChoose, onCompare, onToggleCompare, counts }: Props) {
  const isPast = axes.some(({ value }) => value !== null);
  return (
    <section className={styles["timeBar"]} aria-label="Time">
      <div className={styles["axes"]}>
        {axes.map((axis) => (
          <AxisRow key={axis.name} axis={axis} isComparing={isComparing} onChoose={onChoose} onCompare={onCompare} />
        ))}
      </div>
      <div className={styles["timeActs"]}>
        <Button small pressed={isComparing} icon={<GitCompareArrows aria-hidden />} onClick={onToggleCompare}>
          Compare
        </Button>
        <Button small icon={<RotateCcw aria-hidden />} disabled={!isPast} onClick={() => axes.forEach(({ name }) => onChoose(name, null))}>
          Now
        </Button>
        <span className={styles["differs"]} role="status">
          {counts !== null && (
            <>
              <b className={styles["word-added"]}>+{counts.added}</b> <b className={styles["word-removed"]}>−{counts.removed}</b> edges
            </>
          )}
          {isBehind && counts === null && " "}
        </span>
      </div>
    </section>
  );
}

interface RowProps {
  axis: Axis;
  isComparing: boolean;
  onChoose: Props["onChoose"];
  onCompare: Props["onCompare"];
}

function AxisRow({ axis, isComparing, onChoose, onCompare }: RowProps) {
  const track = useRef<HTMLDivElement>(null);
  const width = useWidth(track);
  const scale = useMemo(() => scaleUtc().domain([axis.from, axis.to]).range([0, Math.max(1, width)]), [axis.from, axis.to, width]);
  const format = utcFormat(tickFormat(axis.to - axis.from));
  const ticks = scale.ticks(Math.max(2, Math.floor(width / 110)));
  return (
    <div className={styles["axis"]}>
      <span className={styles["axisName"]} title={axis.about}>
        {axis.name === "valid" ? "Valid at" : "Known at"}
      </span>
      <div className={styles["track"]} ref={track}>
        <svg width="100%" height="34" aria-hidden>
          <line x1="0" x2="100%" y1="17" y2="17" className={styles["rail"]} />
          {ticks.map((tick) => (
            <g key={tick.getTime()} transform={`translate(${scale(tick)},0)`}>
              <line y1="14" y2="20" className={styles["rail"]} />
              <text y="32" textAnchor={scale(tick) < 24 ? "start" : scale(tick) > width - 30 ? "end" : "middle"}>
                {format(tick)}
              </text>
            </g>
          ))}
          <Marks marks={axis.marks} scale={scale} />
        </svg>
        {isComparing && (
          <Knob axis={axis} value={axis.compare} isOther scale={scale} track={track} onMove={(at) => onCompare(axis.name, at)} />
        )}
        <Knob axis={axis} value={axis.value} scale={scale} track={track} onMove={(at) => onChoose(axis.name, at)} />
      </div>
      <span className={styles["axisValue"]}>
        {axis.value === null ? "now" : instantText(axis.value, axis.to - axis.from < 7_200_000)}
        {isComparing && <small> vs {axis.compare === null ? "now" : instantText(axis.compare, axis.to - axis.from < 7_200_000)}</small>}
      </span>
    </div>
  );
}

/** What happened along an axis; hundreds of lines, which stay while only the knob moves. */
const Marks = memo(function Marks({ marks, scale }: { marks: readonly Mark[]; scale: (at: Date) => number }) {
  return thinned(marks, scale).map(({ x, kind, isRun, label }) => (
    <line
      key={`${x} ${kind} ${isRun}`}
      x1={x}
      x2={x}
      y1={isRun ? 8 : 2}
      y2={isRun ? 16 : 7}
      stroke={`var(--${kind})`}
      strokeWidth="1.8"
    >
      <title>{label()}</title>
    </line>
  ));
});

/** One mark of a kind for every pixel: those behind it would not be seen. */
function thinned(marks: readonly Mark[], scale: (at: Date) => number): (Mark & { x: number })[] {
  const found = new Map<string, Mark & { x: number }>();
  for (const mark of marks) {
    const x = Math.round(scale(new Date(mark.at)));
    const key = `${x} ${mark.kind} ${mark.isRun}`;
    if (!found.has(key)) found.set(key, { ...mark, x });
  }
  return [...found.values()];
}

interface KnobProps {
  axis: Axis;
  value: string | null;
  isOther?: boolean;
  scale: { (at: Date): number; invert: (x: number) => Date };
  track: { current: HTMLDivElement | null };
  onMove: (at: string | null) => void;
}

function Knob({ axis, value, isOther = false, scale, track, onMove }: KnobProps) {
  const [held, setHeld] = useState<number | null>(null);
  const waiting = useRef<number | null>(null);
  const span = axis.to - axis.from;
  const now = held ?? (value === null ? axis.to : Math.min(axis.to, Math.max(axis.from, Date.parse(value))));
  const tell = (at: number) => onMove(at >= axis.to - span / 400 ? null : new Date(rounded(Math.max(axis.from, at), span)).toISOString());
  const place = (event: PointerEvent) => {
    const box = track.current?.getBoundingClientRect();
    if (!box) return;
    const at = scale.invert(Math.max(0, Math.min(box.width, event.clientX - box.left))).getTime();
    setHeld(at);
    if (waiting.current === null) requestAnimationFrame(() => {
      if (waiting.current !== null) tell(waiting.current);
      waiting.current = null;
    });
    waiting.current = at;
  };
  const onKey = (event: KeyboardEvent) => {
    const times = axis.marks.map(({ at }) => Date.parse(at)).sort((a, b) => a - b);
    const step = event.shiftKey ? span / 10 : span / 100;
    const next = {
      ArrowLeft: now - step,
      ArrowDown: now - step,
      ArrowRight: now + step,
      ArrowUp: now + step,
      PageDown: times.findLast((at) => at < now - 1) ?? axis.from,
      PageUp: times.find((at) => at > now + 1) ?? axis.to,
      Home: axis.from,
      End: axis.to,
    }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    if (event.key.startsWith("Page") && next < axis.to) onMove(new Date(next).toISOString());
    else tell(next);
  };
  return (
    <div
      role="slider"
      tabIndex={0}
      className={isOther ? `${styles["knob"]} ${styles["other"]}` : styles["knob"]}
      style={{ left: scale(new Date(now)) }}
      aria-label={`${axis.name === "valid" ? "Valid at" : "Known at"}${isOther ? ", compared with" : ""}`}
      aria-valuemin={axis.from}
      aria-valuemax={axis.to}
      aria-valuenow={Math.round(now)}
      aria-valuetext={value === null ? "now" : `${instantText(value, true)} UTC`}
      onKeyDown={onKey}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        place(event);
      }}
      onPointerMove={(event) => {
        if (event.currentTarget.hasPointerCapture(event.pointerId)) place(event);
      }}
      onPointerUp={(event) => {
        event.currentTarget.releasePointerCapture(event.pointerId);
        setHeld(null);
      }}
    />
  );
}

function useWidth(element: { current: HTMLElement | null }): number {
  const [width, setWidth] = useState(600);
  useEffect(() => {
    if (element.current === null) return undefined;
    const observer = new ResizeObserver(([entry]) => setWidth(entry?.contentRect.width ?? 600));
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [element]);
  return width;
}

/** The instant at a step that is fine enough for the span: addresses stay short, answers are asked again less often. */
function rounded(at: number, span: number): number {
  const step = [1, 100, 1000, 10_000, 60_000, 600_000, 3_600_000, 21_600_000].findLast((one) => one <= span / 400) ?? 1;
  return Math.round(at / step) * step;
}

function tickFormat(span: number): string {
  if (span < 600_000) return "%H:%M:%S";
  if (span < 2 * 86_400_000) return "%H:%M";
  if (span < 6 * 86_400_000) return "%-d %b %H:%M";
  if (span < 90 * 86_400_000) return "%-d %b";
  return "%b %Y";
}
