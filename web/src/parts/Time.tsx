import { utcFormat } from "d3-time-format";
import { useEffect, useState } from "react";
import styles from "./parts.module.css";

const MINUTE = utcFormat("%-d %b %Y %H:%M");
const SECOND = utcFormat("%-d %b %Y %H:%M:%S");
const DAY = utcFormat("%-d %b %Y");

/** An instant as the pages write it, in UTC: by the day where it is midnight, by the minute otherwise. */
export function instantText(at: string | Date, exact = false): string {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return String(at);
  if (exact) return SECOND(date);
  return date.getTime() % 86_400_000 === 0 ? DAY(date) : MINUTE(date);
}

/** How long ago, or until: "3 min ago", "in 2 h". */
export function distanceText(at: string | Date, now = Date.now()): string {
  const seconds = Math.round((now - new Date(at).getTime()) / 1000);
  const size = Math.abs(seconds);
  const text = durationText(size);
  if (size < 5) return "just now";
  return seconds > 0 ? `${text} ago` : `in ${text}`;
}

/** A length of time in its two largest units at most. */
export function durationText(seconds: number): string {
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 60) return `${seconds < 10 && seconds % 1 !== 0 ? seconds.toFixed(1) : Math.round(seconds)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86_400 * 2) return `${Math.floor(seconds / 3600)} h`;
  if (seconds < 86_400 * 60) return `${Math.floor(seconds / 86_400)} d`;
  return `${Math.floor(seconds / (86_400 * 30.44))} months`;
}

/** An instant; `relative` shows the distance from now, with the instant as its tip. */
export function Time({ at, relative = false, exact = false }: { at: string | null | undefined; relative?: boolean; exact?: boolean }) {
  const [, setBeat] = useState(0);
  useEffect(() => {
    if (!relative) return undefined;
    const timer = setInterval(() => setBeat((beat) => beat + 1), 15_000);
    return () => clearInterval(timer);
  }, [relative]);
  if (!at) return <span className={styles["time"]}>–</span>;
  const date = new Date(at);
  return (
    <time className={styles["time"]} dateTime={at} title={`${instantText(date, true)} UTC`}>
      {relative ? distanceText(date) : instantText(date, exact)}
    </time>
  );
}
