import { scaleLinear, scaleTime } from "d3-scale";
import { instantText } from "@/parts";
import { bytes } from "./Overview";
import type { Dataset, Job } from "./Screen";
import styles from "./asset.module.css";

const WIDTH = 720;
const HEIGHT = 64;
const SHOWN_DAYS = 30;

/** How many rows were written over time, a bar for each writing. */
export function VolumeChart({ points }: { points: Dataset["volume"]["nodes"] }) {
  const written = points.filter(({ isOutput, volume }) => isOutput !== false && volume.rowCount !== null).reverse();
  if (written.length < 3) return null;
  const most = Math.max(...written.map(({ volume }) => volume.rowCount ?? 0), 1);
  const times = written.map(({ eventTime }) => new Date(eventTime));
  const x = scaleTime([times[0]!, times.at(-1)!], [4, WIDTH - 8]);
  const y = scaleLinear([0, most], [0, HEIGHT - 14]);
  const width = Math.max(2, Math.min(9, (WIDTH / written.length) * 0.6));
  return (
    <figure className={styles["chart"]}>
      <figcaption>
        Rows written, up to {most.toLocaleString("en")}; the last {written.length} writings
      </figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={`Rows of the last ${written.length} writings, up to ${most}`}>
        {written.map(({ eventId, eventTime, volume }, index) => (
          <rect key={eventId} x={x(times[index]!) - width / 2} y={HEIGHT - y(volume.rowCount ?? 0)} width={width} height={y(volume.rowCount ?? 0)} rx={1.5} className={styles["bar"]}>
            <title>
              {`${instantText(eventTime)}: ${(volume.rowCount ?? 0).toLocaleString("en")} rows${volume.bytes === null ? "" : `, ${bytes(volume.bytes)}`}`}
            </title>
          </rect>
        ))}
      </svg>
    </figure>
  );
}

/** How the runs of each day went, a column for each day. */
export function RunDays({ days }: { days: Job["runHistory"]["days"] }) {
  if (days.length < 2) return null;
  const most = Math.max(...days.map(({ counts }) => counts.runs), 1);
  const slot = WIDTH / SHOWN_DAYS;
  const last = Date.parse(days.at(-1)!.day);
  const y = scaleLinear([0, most], [0, HEIGHT - 6]);
  return (
    <figure className={styles["chart"]}>
      <figcaption>Runs a day, up to {most}</figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={`Runs of the last ${days.length} days with runs, at most ${most} a day`}>
        {days.map(({ day, counts }) => {
          const index = SHOWN_DAYS - 1 - Math.round((last - Date.parse(day)) / 86_400_000);
          const parts = [
            ["good", counts.complete],
            ["gold", counts.goingOn],
            ["warn", counts.aborted],
            ["bad", counts.failed],
          ] as const;
          let base = HEIGHT;
          return (
            <g key={day}>
              <title>{`${day}: ${counts.complete} went well, ${counts.failed} failed${counts.aborted ? `, ${counts.aborted} stopped` : ""}`}</title>
              {parts.map(([tint, count]) => {
                base -= y(count);
                return count > 0 && <rect key={tint} x={index * slot + 2} y={base} width={slot - 4} height={y(count)} style={{ fill: `var(--${tint})` }} />;
              })}
            </g>
          );
        })}
      </svg>
    </figure>
  );
}
