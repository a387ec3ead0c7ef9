import clsx from "clsx";
import { ChevronRight } from "lucide-react";
import { useEffect, useLayoutEffect, useMemo, useState } from "react";
import { Chip, durationText, instantText, StateChip, Time, useWalkableRows } from "@/parts";
import { axisOf, type Axis, type Span } from "./gaps";
import type { Row, Run } from "./tree";
import styles from "./runs.module.css";

const ROW = 30;
const GRID = 548;
const COLOURS: Readonly<Record<string, string>> = { COMPLETE: "good", FAIL: "bad", ABORT: "warn", RUNNING: "gold", START: "gold" };

interface Props {
  rows: readonly Row[];
  squeeze: boolean;
  chosen: string | undefined;
  onOpen: (id: string) => void;
  onFold: (id: string) => void;
  onEnd: () => void;
  told: string;
}

/** Rows at the left, bars of the same rows at the right: one scroller, one drawing, so they never part. */
export function Gantt({ rows, squeeze, chosen, onOpen, onFold, onEnd, told }: Props) {
  const { scroller, items, height, stop, walk } = useWalkableRows({
    count: rows.length,
    rowHeight: ROW,
    chosen: rows.findIndex(({ run }) => run.id === chosen),
    onOpen: (index) => rows[index] && onOpen(rows[index].run.id),
    onEnd,
    onKey: (event, index) => {
      const row = rows[index];
      if (row === undefined || !((event.key === "ArrowRight" && !row.isOpen && row.children > 0) || (event.key === "ArrowLeft" && row.isOpen))) return;
      event.preventDefault();
      onFold(row.run.id);
    },
  });
  const width = useWidth(scroller);
  const now = useNow(rows);
  const axis = useMemo(() => axisOf(rows.map(({ run }) => spanOf(run, now)), Math.max(240, width - GRID - 40), squeeze), [rows, width, squeeze, now]);
  return (
    <div ref={scroller} className={styles["scroller"]} role="treegrid" aria-label="Runs" aria-rowcount={rows.length + 1}>
      <div role="rowgroup" className={styles["headGroup"]}>
        <div role="row" className={styles["head"]}>
          <div className={styles["headCells"]}>
            <span role="columnheader">Job</span>
            <span role="columnheader">State</span>
            <span role="columnheader">Began</span>
            <span role="columnheader" className={styles["end"]}>
              Took
            </span>
          </div>
          <div role="columnheader" className={styles["axis"]} aria-label={`Time, in UTC; ${told}`}>
            <Ticks axis={axis} />
          </div>
        </div>
      </div>
      <div role="rowgroup" className={styles["body"]} style={{ height: height }}>
        <svg className={styles["bars"]} width={axis.width + 40} height={height} style={{ left: GRID }} aria-hidden>
          <Ground axis={axis} height={height} />
          {items.map(({ index }) => {
            const row = rows[index];
            return row && <Bar key={row.run.id} row={row} y={index * ROW} axis={axis} now={now} />;
          })}
        </svg>
        {items.map(({ index, start }) => {
          const row = rows[index];
          if (row === undefined) return null;
          return (
            <div
              key={row.run.id}
              role="row"
              aria-rowindex={index + 2}
              aria-level={row.depth + 1}
              aria-expanded={row.children > 0 ? row.isOpen : undefined}
              aria-selected={row.run.id === chosen}
              data-index={index}
              data-run={row.run.id}
              tabIndex={index === stop ? 0 : -1}
              className={clsx(styles["row"], row.run.id === chosen && styles["chosen"])}
              style={{ height: ROW, transform: `translateY(${start}px)` }}
              onClick={(event) => {
                if (!(event.target as HTMLElement).closest("button")) onOpen(row.run.id);
              }}
              onKeyDown={(event) => walk(event, index)}
            >
              <Cells row={row} onFold={onFold} />
              <span role="gridcell" className="unseen">
                {row.run.error?.message.slice(0, 200)}
              </span>
            </div>
          );
        })}
      </div>
    </div>
  );
}

function Cells({ row: { run, depth, label, children, isOpen, attempt }, onFold }: { row: Row; onFold: (id: string) => void }) {
  return (
    <div className={styles["cells"]}>
      <span role="gridcell" className={styles["job"]} style={{ paddingLeft: depth * 18 }} title={`${run.job.namespace} · ${run.job.name}`.slice(0, 400)}>
        {children > 0 ? (
          <button type="button" className={clsx(styles["fold"], isOpen && styles["open"])} aria-label={isOpen ? "Fold" : "Unfold"} tabIndex={-1} onClick={() => onFold(run.id)}>
            <ChevronRight size={14} aria-hidden />
          </button>
        ) : (
          <i className={styles["leaf"]} />
        )}
        <span className={styles["name"]}>{label}</span>
        {children > 0 && !isOpen && <small>{children}</small>}
        {attempt && <Chip tint={attempt.number < attempt.of ? "quiet" : "gold"}>{`try ${attempt.number} of ${attempt.of}`}</Chip>}
      </span>
      <span role="gridcell">
        <StateChip state={run.state} />
      </span>
      <span role="gridcell">
        <Time at={run.startedAt} />
      </span>
      <span role="gridcell" className={styles["end"]}>
        {run.durationSeconds === null ? "" : durationText(run.durationSeconds)}
      </span>
    </div>
  );
}

function Ticks({ axis }: { axis: Axis }) {
  return (
    <svg width={axis.width + 40} height={30} aria-hidden>
      {axis.ticks.map(({ at, x, label }) => (
        <text key={at} x={x + 12} y={19} className={styles["tick"]}>
          {label}
        </text>
      ))}
    </svg>
  );
}

/** Lines of the axis, and the folds where nothing ran. */
function Ground({ axis, height }: { axis: Axis; height: number }) {
  return (
    <g>
      {axis.ticks.map(({ at, x }) => (
        <line key={at} x1={x + 12} x2={x + 12} y1={0} y2={height} className={styles["line"]} />
      ))}
      {axis.gaps.map(({ from, to, x, width }) => (
        <g key={from}>
          <title>{`${durationText((to - from) / 1000)} in which nothing ran`}</title>
          <rect x={x + 12} y={0} width={width} height={height} className={styles["gap"]} />
          <line x1={x + 12 + width / 2} x2={x + 12 + width / 2} y1={0} y2={height} className={styles["gapLine"]} />
        </g>
      ))}
    </g>
  );
}

function Bar({ row: { run, children }, y, axis, now }: { row: Row; y: number; axis: Axis; now: number }) {
  const { from, to } = spanOf(run, now);
  const x = axis.x(from) + 12;
  const width = Math.max(3, axis.x(to) + 12 - x);
  const colour = `var(--${COLOURS[run.state] ?? "quiet"})`;
  const goesOn = run.endedAt === null && (run.state === "START" || run.state === "RUNNING");
  const height = children > 0 ? 6 : 14;
  return (
    <g>
      <title>{`${run.job.name}: ${run.state.toLowerCase()}, ${instantText(run.startedAt, true)} UTC${run.durationSeconds === null ? "" : `, ${durationText(run.durationSeconds)}`}${run.error ? `\n${run.error.message.slice(0, 300)}` : ""}`}</title>
      <rect x={x} y={y + (ROW - height) / 2} width={width} height={height} rx={3} style={{ fill: colour }} className={clsx(styles["bar"], goesOn && styles["goesOn"])} />
      {run.state === "FAIL" && <path d={`M${x + width + 5} ${y + ROW / 2 - 4}l8 8m0 -8l-8 8`} className={styles["cross"]} />}
    </g>
  );
}

function spanOf(run: Run, now: number): Span {
  const from = Date.parse(run.startedAt);
  const goesOn = run.endedAt === null && !["OTHER", "UNKNOWN"].includes(run.state);
  const to = run.endedAt !== null ? Date.parse(run.endedAt) : goesOn ? Math.max(now, from) : Date.parse(run.lastHeardAt);
  return { from, to: Math.max(from, to) };
}

/** Now, every few seconds while something goes on. */
function useNow(rows: readonly Row[]): number {
  const [now, setNow] = useState(() => Date.now());
  const goesOn = rows.some(({ run }) => run.endedAt === null);
  useEffect(() => {
    if (!goesOn) return undefined;
    const timer = setInterval(() => setNow(Date.now()), 5_000);
    return () => clearInterval(timer);
  }, [goesOn]);
  return now;
}

function useWidth(of: React.RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(1100);
  useLayoutEffect(() => {
    const element = of.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, [of]);
  return width;
}
